import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { environment } from '../fixtures/cli.js';
import { materialPath, type Step, type Task } from './work.js';

/** Threads that have the compiled project to themselves, and where the materials of their cases lie. */
export class Threads {
  readonly #folder: string;
  readonly #seed: number;
  readonly #fresh = new Map<string, Promise<string>>();

  private constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#seed = seed;
  }

  /** Compiles what a thread runs into a folder. The project's own modules stay where they are: each thread loads them anew. */
  static async compile(folder: string, seed: number): Promise<Threads> {
    await build({
      entryPoints: [new URL('thread.ts', import.meta.url).pathname],
      outfile: join(folder, 'thread.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'warning',
      plugins: [
        {
          name: 'dist',
          setup: ({ onResolve }) =>
            onResolve({ filter: /\/dist\// }, ({ path, resolveDir }) => ({
              path: new URL(path, `file://${resolveDir}/`).href,
              external: true,
            })),
        },
      ],
    });
    return new Threads(folder, seed);
  }

  /** Makes what these cases read. */
  async makeMaterials(steps: readonly Step[]): Promise<void> {
    await this.#inThread(steps, true);
  }

  /** What comes out of each of these cases, one after the other in one thread that has done nothing before. */
  async oneAfterAnother(steps: readonly Step[]): Promise<string[]> {
    return this.#inThread(steps, false);
  }

  /** What comes out of a case in a thread that does nothing else. */
  fresh(step: Step): Promise<string> {
    const key = materialPath('', step);
    const known = this.#fresh.get(key) ?? this.#inThread([step], false).then(([answer = '']) => answer);
    this.#fresh.set(key, known);
    return known;
  }

  /** What comes out of a case in a process that does nothing else. */
  async inProcess(step: Step): Promise<string> {
    const words = [join(this.#folder, 'thread.mjs'), JSON.stringify(this.#task([step], false))];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment() });
    return answersIn(JSON.parse(stdout))[0] ?? '';
  }

  async #inThread(steps: readonly Step[], makes: boolean): Promise<string[]> {
    const workerData = this.#task(steps, makes);
    const worker = new Worker(join(this.#folder, 'thread.mjs'), { workerData, execArgv: [] });
    const [answers] = await once(worker, 'message');
    await worker.terminate();
    return answersIn(answers);
  }

  #task(steps: readonly Step[], makes: boolean): Task {
    return { seed: this.#seed, materials: this.#folder, makes, steps };
  }
}

function answersIn(value: unknown): string[] {
  if (!Array.isArray(value)) throw new Error('a thread gave no answers');
  return value.map(String);
}
