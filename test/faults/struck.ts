import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type Ended, PROGRAM, run } from '../fixtures/cli.js';

const PRELOAD = new URL('preload.mjs', import.meta.url).href;

/** What is to happen at which operation on files: see preload.mjs. */
export interface FaultPlan {
  at?: number;
  kill?: boolean;
  code?: string;
  signal?: NodeJS.Signals;
  endWorker?: boolean;
  short?: boolean;
  trace?: boolean;
}

/** What the preload tells of a process that was not killed. */
export interface FaultReport {
  operations: number;
  opened: number;
  closed: number;
  happened: boolean;
  struck: string;
  /** Names and paths of the main thread's operations. */
  trace: [name: string, path: string][];
}

/** Runs the compiled command with a fault among its operations on files below `folder`, where its cache is too. */
export async function struckRun(
  folder: string,
  plan: FaultPlan,
  words: readonly string[],
): Promise<Ended & { report: FaultReport | undefined }> {
  const reportPath = `${folder}.report.json`;
  await writeFile(reportPath, '');
  const ended = await run(process.execPath, ['--import', PRELOAD, PROGRAM, 'prepare', ...words], {
    env: {
      IDX_SHARDS_CACHE: join(folder, 'cache'),
      FAULTS_ROOT: folder,
      FAULTS_PLAN: JSON.stringify(plan),
      FAULTS_REPORT: reportPath,
    },
  });
  const text = await readFile(reportPath, 'utf8');
  return { ...ended, report: text === '' ? undefined : JSON.parse(text) };
}

/** Whether every point of a loop is tried, which takes half an hour: where `FAULTS` is `all`. */
export const TRIES_ALL = process.env['FAULTS'] === 'all';

/** The points of a loop that are tried: `few` of them, evenly spread, or all. */
export function some<T>(all: readonly T[], few: number): readonly T[] {
  if (TRIES_ALL || all.length <= few) return all;
  const step = all.length / few;
  return Array.from({ length: few }, (_, at) => all[Math.floor(at * step)]!);
}

/** Does `work` for each item, two at a time where there are two cores. */
export async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, lane));
}
