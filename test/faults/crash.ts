import { cp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { prepareCli } from '../fixtures/cli.js';
import { digestsIn, everythingIn, newFolder } from '../fixtures/folder.js';
import { forEachOf, struckRun } from './struck.js';

/** A run that is killed at one operation after the other. */
export interface CrashLoop {
  /** The words of the run, but for `--out`. */
  words: readonly string[];
  /** Where the data set goes, below `--out`. */
  target: string;
  /** A folder with `cache`, and `out` where there is something before; it is copied for each run. */
  before: string;
  /** What may stand at the target after a crash, beside nothing: SHA-256 by file. */
  allowed: readonly Readonly<Record<string, string>>[];
  /** What stands there after the next run. */
  whole: Readonly<Record<string, string>>;
}

/** How a loop ended. */
export interface CrashCounts {
  /** Runs that were killed. */
  killed: number;
  /** Those of them after which nothing stood at the target. */
  absent: number;
}

/** How many operations on files the run has that is never killed. */
export async function countOperations(loop: CrashLoop): Promise<number> {
  return within(loop, async (folder) => {
    const { code, report } = await struckRun(folder, {}, wordsIn(loop, folder));
    expect(code).toBe(0);
    return report!.operations;
  });
}

/**
 * Kills the run at each of these operations, and looks at what is there then: at the target nothing, or a whole data set. Then
 * the same command runs to its end, and leaves its data set and nothing else.
 */
export async function crashAt(points: readonly number[], loop: CrashLoop): Promise<CrashCounts> {
  const counts = { killed: 0, absent: 0 };
  await forEachOf(points, (at) =>
    within(loop, async (folder) => {
      const { code } = await struckRun(folder, { at, kill: true }, wordsIn(loop, folder));
      const target = join(folder, 'out', loop.target);
      const found = await digestsIn(target).catch(() => undefined);
      // The order of operations of several threads differs from run to run: the last ones may not come.
      if (code === null) counts.killed++;
      if (found === undefined) counts.absent++;
      else expect(loop.allowed, `operation ${at}`).toContainEqual(found);
      const again = await prepareCli(wordsIn(loop, folder), join(folder, 'cache'));
      expect({ at, code: again.code, stderr: again.stderr }).toEqual({ at, code: 0, stderr: again.stderr });
      expect(await digestsIn(target), `operation ${at}`).toEqual(loop.whole);
      expect({ at, beside: await readdir(dirname(target)) }).toEqual({
        at,
        beside: [target.slice(dirname(target).length + 1)],
      });
      const cached = (await everythingIn(join(folder, 'cache')))?.filter((path) => !path.endsWith('/'));
      expect({ at, left: cached?.filter((path) => /\.lock|\.part/.test(path)) }).toEqual({ at, left: [] });
    }),
  );
  return counts;
}

function wordsIn({ words }: CrashLoop, folder: string): string[] {
  return [...words, '--quiet', '--out', join(folder, 'out')];
}

async function within<T>({ before }: CrashLoop, work: (folder: string) => Promise<T>): Promise<T> {
  const scratch = await newFolder();
  try {
    const folder = join(scratch, 'run');
    await cp(before, folder, { recursive: true });
    return await work(folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
