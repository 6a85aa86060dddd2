import { describe, expect, it } from 'vitest';
import { sample, times } from '../sample.js';
import { countOperations, crashAt } from './crash.js';
import { DIGITS_LOOPS } from './digits-loops.js';

/** A few points of each loop; all of them are tried by test/conformance/crash-loop.test.ts. */
const POINTS = times(3, 1);

// Windows knows no SIGKILL.
describe.skipIf(process.platform === 'win32')('a run that is killed', () => {
  it.each(sample(DIGITS_LOOPS, 1))(
    'leaves nothing or a whole data set, and the next one gets there: $name',
    async ({ begin }) => {
      const loop = await begin();
      const operations = await countOperations(loop);
      const points = Array.from({ length: POINTS }, (_, at) =>
        Math.round((operations * (at + 0.5)) / POINTS),
      );
      const { killed } = await crashAt(points, loop);
      expect(killed).toBeGreaterThanOrEqual(POINTS - 1);
    },
  );
});
