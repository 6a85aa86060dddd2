import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { prepareCli } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn } from '../fixtures/folder.js';
import { sample, TRIES_ALL, times } from '../sample.js';
import { noteCount } from './counts.js';
import { type FaultPlan, some, struckRun } from './struck.js';

// A busy machine takes its time for many runs.
vi.setConfig({ testTimeout: 1_800_000 });

const WORDS = ['--dataset', 'digits', '--quiet', '--workers', '1'];

/** Runs of `digits` from drawn archives, each in a folder of its own. */
async function digitsRuns() {
  const before = await emptyFolder();
  const first = await prepareCli(
    [...WORDS, '--out', join(await emptyFolder(), 'out')],
    join(before, 'cache'),
  );
  expect(first.code).toBe(0);
  return async (plan: FaultPlan, more: readonly string[] = []) => {
    const folder = join(await emptyFolder(), 'run');
    await cp(before, folder, { recursive: true });
    const ended = await struckRun(folder, plan, [...WORDS, ...more, '--out', join(folder, 'out')]);
    const target = join(folder, 'out/digits/1.0.0');
    const found = await digestsIn(target).catch(() => undefined);
    const left = (await everythingIn(folder))?.filter((path) => /incomplete|\.lock|\.part/.test(path));
    return { ...ended, folder, target, found, left };
  };
}

/** Points all over a run of so many operations. */
function points(operations: number, count: number): number[] {
  return Array.from({ length: count }, (_, at) => 1 + Math.floor((operations * at) / count));
}

describe.skipIf(process.platform === 'win32')(
  'a run that gets a signal in the middle of an operation',
  () => {
    it.each(
      sample(
        [
          { signal: 'SIGINT', exitCode: 130 },
          { signal: 'SIGTERM', exitCode: 143 },
        ] as const,
        1,
      ),
    )('$signal: it ends with $exitCode and leaves nothing, or is through', async ({ signal, exitCode }) => {
      const start = await digitsRuns();
      const operations = (await start({})).report!.operations;
      const all = some(points(operations, 50), times(4, 2));
      let interrupted = 0;
      for (const at of all) {
        const { code, found, left, folder } = await start({ at, signal });
        expect({ at, left }).toEqual({ at, left: [] });
        if (code === exitCode) {
          interrupted++;
          expect({ at, out: await everythingIn(join(folder, 'out')) }).toEqual({ at, out: undefined });
        } else {
          expect({ at, code, found }).toEqual({ at, code: 0, found: GOLDEN });
        }
      }
      expect(interrupted).toBeGreaterThan(all.length / 2);
      await noteCount(
        `${signal} in the middle of an operation on files`,
        all.length,
        `${interrupted} ended with exit code ${exitCode} and nothing left, the others were through`,
      );
    });
  },
);

describe('a worker that ends in the middle of a shard', () => {
  it('ends the run with an error, and nothing stays', async () => {
    const start = await digitsRuns();
    const operations = (await start({})).report!.operations;
    let ended = 0;
    for (const at of some(points(operations, 40), 12)) {
      // Which operations are a worker's is not known before: without CI, one that is will do.
      if (!TRIES_ALL && ended > 0) break;
      const { code, stderr, found, left } = await start({ at, endWorker: true });
      expect({ at, left }).toEqual({ at, left: [] });
      if (code === 0) expect(found).toEqual(GOLDEN);
      else {
        ended++;
        expect({ at, code, found, errors: stderr.match(/^error: /gm)?.length }).toEqual({
          at,
          code: 1,
          found: undefined,
          errors: 1,
        });
      }
    }
    expect(ended).toBeGreaterThan(0);
    await noteCount(
      'a worker ends in the middle of a shard',
      ended,
      'exit code 1, nothing published, nothing left',
    );
  });
});

describe('a loss of power', () => {
  it('finds every file and its directory synced before the rename, and the directory above after it', async () => {
    const start = await digitsRuns();
    const { report, target, found } = await start({ trace: true });
    const trace = report!.trace;
    const publishing = trace.findIndex(([name, path]) => name === 'rename' && /incomplete/.test(path));
    const staging = trace[publishing]![1];
    const synced = (from: number, to: number): string[] =>
      trace.slice(from, to).flatMap(([name, path]) => (name === 'handle.sync' ? [path] : []));
    const before = synced(0, publishing);
    for (const file of Object.keys(found!)) expect(before).toContain(join(staging, file));
    expect(before.at(-1)).toBe(staging);
    expect(synced(publishing, trace.length)[0]).toBe(dirname(target));
    expect(basename(staging)).toMatch(/^incomplete\.idx-shards-/);
    // Nothing is written in it once it is synced.
    const last = trace.findLastIndex(([name, path]) => name === 'handle.sync' && path === staging);
    const later = trace.slice(last + 1, publishing).filter(([, path]) => path.startsWith(`${staging}/`));
    expect(later).toEqual([]);
    await noteCount(
      'loss of power, by the trace of a run',
      Object.keys(found!).length + 2,
      'every file and directory is synced before the rename that publishes, the parent after it',
    );
  });
});
