import { describe, expect, it, vi } from 'vitest';
import { noteCount } from '../faults/counts.js';
import { DISK_RUNS, FAILURES, failEach } from '../faults/disk.js';
import { TRIES_ALL } from '../faults/struck.js';

const STEP = TRIES_ALL ? 1 : 25;

// A busy machine takes its time for hundreds of runs.
vi.setConfig({ testTimeout: 3_600_000 });

describe.each(DISK_RUNS)('each call to the disk failing in turn: $name', (diskRun) => {
  it.each([...FAILURES.entries()])('%i: with %s', async (at, code) => {
    // Where rows spill, a run takes longer: each call fails in one way there, in the others in every way.
    const points =
      diskRun.memory === undefined
        ? { first: 1, step: STEP }
        : { first: 1 + at, step: STEP * FAILURES.length };
    const { tried, failed, succeeded, missed, problems } = await failEach(diskRun, code, points);
    expect(problems).toEqual([]);
    expect(missed).toBeLessThan(tried / 10);
    const fault =
      code === undefined ? 'writes are short from one call on' : `${code} from one call to the disk`;
    const outcome = `${failed} ended with exit code 5, nothing published; ${succeeded} did without the call`;
    await noteCount(`${fault}: ${diskRun.name}`, tried, outcome);
  });
});
