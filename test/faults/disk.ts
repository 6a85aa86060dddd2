import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitionOf, smallArchives, writeArchives } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';

const DRIVER = fileURLToPath(new URL('disk-driver.mjs', import.meta.url));
const PRELOAD = new URL('preload.mjs', import.meta.url).href;

/** How a data set is prepared while a call fails. */
export interface DiskRun {
  name: string;
  rows: number;
  /** Bytes of encoded rows in memory, for rows that spill. */
  memory?: number;
  /** Whether an older data set is to be replaced. */
  overwrite?: boolean;
}

export const DISK_RUNS: readonly DiskRun[] = [
  { name: 'a data set that is downloaded', rows: 30 },
  { name: 'one whose rows spill to scratch files', rows: 1500, memory: 512 * 1024 },
  { name: 'one over an older one', rows: 30, overwrite: true },
];

/** What calls may fail with; short writes are given by none. */
export const FAILURES = ['ENOSPC', 'EIO', 'EMFILE', 'EXDEV', 'EACCES', undefined] as const;

/** What came of all runs with one failure: see disk-driver.mjs. */
export interface DiskCounts {
  operations: number;
  tried: number;
  failed: number;
  succeeded: number;
  /** Runs that had fewer operations than the one that was counted: a body comes in more pieces, or in fewer. */
  missed: number;
  problems: unknown[];
}

/** Prepares the data set once for each `step`-th operation on files, from the `first`, while that one fails. */
export async function failEach(
  { rows, memory, overwrite }: DiskRun,
  code: string | undefined,
  { first, step }: { first: number; step: number },
): Promise<DiskCounts> {
  const folder = await emptyFolder();
  const archives = smallArchives(rows, 20);
  await writeArchives(join(folder, 'archives'), archives);
  const root = await emptyFolder();
  const definition = definitionOf(archives, { trainRows: rows });
  const settings = {
    definition,
    archives: join(folder, 'archives'),
    code,
    memory,
    overwrite,
    first,
    step,
  };
  const words = ['--import', PRELOAD, DRIVER, JSON.stringify(settings)];
  const { stdout, stderr } = await run(process.execPath, words, { env: { FAULTS_ROOT: root }, hangs: 0 });
  if (stdout === '') throw new Error(stderr);
  const counts: DiskCounts = JSON.parse(stdout);
  return counts;
}
