import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetDefinition, loadDefinition, type PrepareOptions, prepare } from '../../src/index.js';
import { type Verified, type VerifyOptions, verifyDataset } from '../../src/verify/verify.js';
import { writeArchives } from '../fixtures/archives.js';
import { digitsArchives } from '../fixtures/digits.js';
import { sha256 } from '../fixtures/folder.js';

/** The first rows of the data set `digits`, prepared in all formats, so small that it is verified in no time. */
export interface SmallDigits {
  directory: string;
  archives: string;
  definition: DatasetDefinition;
  /** Verifies it, deeply where nothing else is said, against its archives. */
  verify: (options?: Partial<VerifyOptions>) => Promise<Verified>;
}

export const ALL_FORMATS = ['tfrecord', 'array_record', 'arrow', 'parquet'] as const;

/** Prepares it in `folder`, which holds nothing yet. */
export async function smallDigits(
  folder: string,
  options: Partial<PrepareOptions> = {},
  rows: { train: number; test: number } = { train: 90, test: 20 },
): Promise<SmallDigits> {
  const digits = await loadDefinition('digits');
  const splits = digits.splits.map((split) => ({
    ...split,
    rows: split.name === 'train' ? rows.train : rows.test,
    firstRows: true,
  }));
  const definition = { ...digits, splits };
  const archives = join(folder, 'archives');
  await writeArchives(archives, digitsArchives);
  const cacheDir = join(folder, 'cache');
  const { directory } = await prepare(definition, {
    formats: ALL_FORMATS,
    workers: 1,
    ...options,
    archives,
    cacheDir,
    out: join(folder, 'out'),
  });
  const verify = (more: Partial<VerifyOptions> = {}): Promise<Verified> =>
    verifyDataset(directory, { deep: true, archives, cacheDir, definitions: [definition], ...more });
  return { directory, archives, definition, verify };
}

/** The codes of the faults, each with its file and its record. */
export function told({ faults }: Verified): string[] {
  return faults.map(
    ({ file, record, error }) => `${file}${record === undefined ? '' : `#${record}`} ${error.code}`,
  );
}

/** Writes `SHA256SUMS` anew, as somebody who is up to no good would. */
export async function sumAgain(directory: string): Promise<void> {
  const path = join(directory, 'SHA256SUMS');
  const names = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.slice(66));
  const lines = await Promise.all(
    names.map(async (name) => {
      const bytes = await readFile(join(directory, name)).catch(() => undefined);
      return bytes === undefined ? '' : `${sha256(bytes)}  ${name}\n`;
    }),
  );
  await writeFile(path, lines.join(''));
}
