import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { noteCount } from '../faults/counts.js';
import { countOperations, crashAt } from '../faults/crash.js';
import { DIGITS_LOOPS } from '../faults/digits-loops.js';
import { some } from '../faults/struck.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare } from './prepared.js';

const SURVIVED = 'nothing or a whole data set there; the next run gives the same bytes and cleans up';

// A busy machine takes its time for hundreds of runs.
vi.setConfig({ testTimeout: 3_600_000 });

describe.skipIf(process.platform === 'win32')('a run that is killed with SIGKILL', () => {
  it.each(DIGITS_LOOPS)('after each of its operations on files: $name', async ({ name, begin }) => {
    const loop = await begin();
    const operations = await countOperations(loop);
    const points = some(
      Array.from({ length: operations }, (_, at) => at + 1),
      16,
    );
    const { killed, absent } = await crashAt(points, loop);
    // Threads take turns as they like: near the end a run may be over before its last operations are counted.
    expect(killed).toBeGreaterThan(points.length * 0.95);
    await noteCount(
      `SIGKILL after one operation on files: ${name}`,
      killed,
      `${SURVIVED} (${absent} absent)`,
    );
  });

  it('after some of them, at random: MNIST', async (context) => {
    const archives = given(context, 'archives/mnist');
    const before = await emptyFolder();
    await mkdir(join(before, 'cache'));
    const words = ['--archives', archives, '--formats', 'tfrecord'];
    const whole = await digestsIn(await prepare(await emptyFolder(), words));
    const loop = { words, target: 'mnist/3.0.1', before, allowed: [whole], whole };
    const operations = await countOperations(loop);
    const seed = Date.now() & 0x7fffffff;
    const [points = []] = fc.sample(
      fc.array(fc.integer({ min: 1, max: operations }), { minLength: 200, maxLength: 200 }),
      { numRuns: 1, seed },
    );
    const tried = some(points, 8);
    const { killed, absent } = await crashAt(tried, loop);
    console.log(`${killed} of ${operations} operations, seed ${seed}`);
    expect(killed).toBeGreaterThan(tried.length * 0.9);
    await noteCount(
      'SIGKILL after a random operation on files: MNIST',
      killed,
      `${SURVIVED} (${absent} absent)`,
    );
  });
});
