import { describe, expect, it } from 'vitest';
import { summarize } from '../../../scripts/bench/statistics.js';
import { compareWithTargets, NAMES, TARGETS } from '../../../scripts/bench/targets.js';

const wall = (name: string, ...samples: number[]) => ({
  name,
  figures: { wallSeconds: summarize(samples) },
});
const png = (name: string, ...samples: number[]) => ({ name, figures: { usPerImage: summarize(samples) } });

describe('compareWithTargets', () => {
  it.each([
    [1.8, true],
    [1.79, false],
  ])('of a target in times: theirs by ours, %d', (theirs, met) => {
    const [outcome] = compareWithTargets('workers', [
      wall(NAMES.oneWorker, theirs, 10 * theirs, theirs),
      wall(NAMES.twoWorkers, 1, 1, 1),
    ]);
    expect(outcome).toMatchObject({ met, ratio: { min: theirs, median: theirs, max: 10 * theirs } });
  });

  it.each([
    [5, true],
    [5.1, false],
  ])('of a target in shares: ours by theirs, %d of 10', (ours, met) => {
    const [outcome] = compareWithTargets('stages', [png(NAMES.png, ours), png(NAMES.pngReference, 10)]);
    expect(outcome).toMatchObject({ met, ratio: { median: ours / 10 } });
  });

  it('keeps a target that was not measured, without a verdict', () => {
    const [outcome] = compareWithTargets('workers', [wall(NAMES.oneWorker, 1)]);
    expect(outcome).toEqual(TARGETS.find(({ part }) => part === 'workers'));
  });
});
