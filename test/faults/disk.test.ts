import { describe, expect, it } from 'vitest';
import { sample } from '../sample.js';
import { DISK_RUNS, FAILURES, failEach } from './disk.js';

/** Failures at some of the operations; all of them are tried by test/conformance/disk-faults.test.ts. */
describe('a call to the disk that fails', () => {
  it.each(sample(DISK_RUNS, 1))(
    'is an error that says so, and nothing is published: $name',
    async (diskRun) => {
      const failures = [...FAILURES.entries()].filter(([at]) => diskRun.memory === undefined || at % 3 === 0);
      for (const [at, code] of sample(failures, 1)) {
        const { tried, problems } = await failEach(diskRun, code, { first: 3 + 7 * at, step: 61 });
        expect({ code, problems }).toEqual({ code, problems: [] });
        expect(tried).toBeGreaterThan(2);
      }
    },
  );
});
