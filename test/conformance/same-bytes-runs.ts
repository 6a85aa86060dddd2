import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PrepareOptions } from '../../src/index.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import type { CaseOptions } from './same-bytes-cases.js';

const LIBRARY = fileURLToPath(new URL('same-bytes-library.mjs', import.meta.url));

/** A definition to prepare, and with what. */
export interface Preparation {
  /** Its path. */
  definition: string;
  options: CaseOptions;
  workers: number;
}

/** Prepares data sets with Node.js's program of some version, below a folder. */
export class SameBytesRuns {
  readonly #folder: string;
  /** How many data sets were prepared. */
  runs = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The directory of a data set that a process of its own prepares by the command. */
  fresh(node: string, { definition, options, workers }: Preparation): Promise<string> {
    const words = ['--definition', definition, ...wordsOf(options)];
    return this.byCommand(node, [...words, '--workers', String(workers)]);
  }

  /** The same of any words. */
  async byCommand(node: string, words: readonly string[]): Promise<string> {
    this.runs++;
    const out = join(this.#folder, randomUUID());
    return (await this.#run(node, [PROGRAM, 'prepare', '--quiet', '--out', out, ...words])).trim();
  }

  /** The checksums of data sets that one process prepares by the library, one after the other: see {@link checksumsOf}. */
  async oneAfterAnother(node: string, all: readonly Preparation[]): Promise<string[][]> {
    const tasks = all.map(({ definition, options, workers }): LibraryTask => {
      return { definition, out: join(this.#folder, randomUUID()), workers, ...options };
    });
    const file = join(this.#folder, `${randomUUID()}.json`);
    await writeFile(file, JSON.stringify(tasks));
    this.runs += tasks.length;
    const printed = await this.#run(node, [LIBRARY, file]);
    return printed
      .trim()
      .split('\n')
      .map((line) => linesOf(String(JSON.parse(line))));
  }

  /** What `verify --deep` says of a directory; nothing where all is well. */
  async verified(directory: string, words: readonly string[] = []): Promise<string> {
    const about = [PROGRAM, 'verify', directory, '--deep', '--quiet', ...words];
    const { code, stdout, stderr } = await run(process.execPath, about, this.#surroundings());
    return code === 0 ? '' : `exit code ${code}: ${stdout}${stderr}`;
  }

  async #run(node: string, words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(node, words, this.#surroundings());
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${stderr}`);
    return stdout;
  }

  #surroundings() {
    return { env: { IDX_SHARDS_CACHE: join(this.#folder, 'cache') }, hangs: 0 };
  }
}

/** A line of what `same-bytes-library.mjs` is given. */
type LibraryTask = Partial<PrepareOptions> & { definition: string };

function wordsOf(options: CaseOptions): string[] {
  const { formats, compression, image, tensors, index, arrowForm, numShards, memory } = options;
  const words = [
    '--formats',
    formats.join(),
    '--compression',
    compression,
    '--image',
    image,
    '--tensors',
    tensors,
  ];
  words.push('--num-shards', String(numShards));
  if (index) words.push('--index');
  if (arrowForm === 'stream') words.push('--arrow-stream');
  if (memory !== undefined) words.push('--memory', `${memory / 2 ** 20}MiB`);
  return words;
}

/** The lines of a data set's SHA256SUMS; it is removed afterwards, unless it is kept. */
export async function checksumsOf(directory: string, kept = false): Promise<string[]> {
  const text = await readFile(join(directory, 'SHA256SUMS'), 'utf8');
  // The folder of the run, with the data set's name and version in it.
  if (!kept) await rm(dirname(dirname(directory)), { recursive: true });
  return linesOf(text);
}

function linesOf(text: string): string[] {
  return text.trim().split('\n');
}
