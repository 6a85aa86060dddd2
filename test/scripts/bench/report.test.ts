import { describe, expect, it } from 'vitest';
import { type BenchReport, formatFigure, reportText } from '../../../scripts/bench/report.js';
import { summarize } from '../../../scripts/bench/statistics.js';
import { compareWithTargets, NAMES } from '../../../scripts/bench/targets.js';

const one = { wallSeconds: summarize([9, 10]), peakMiB: summarize([1234.5, 1234.5]) };
const two = { wallSeconds: summarize([4, 6]), peakMiB: summarize([80, 81]) };
const subjects = [
  { name: NAMES.oneWorker, figures: one },
  { name: NAMES.twoWorkers, figures: two },
];

const report: BenchReport = {
  machine: { cpu: 'A CPU', cores: 2, memoryGiB: 8, load: 0, node: 'v20.19.0', system: 'linux x64' },
  dataset: 'digits',
  runs: 2,
  parts: [
    { part: 'stages', rows: 6000, subjects: [] },
    { part: 'workers', rows: 700_000, subjects },
  ],
  targets: [...compareWithTargets('stages', []), ...compareWithTargets('workers', subjects)],
  notes: ['The C reference was left out: no compiler.'],
};

describe('reportText', () => {
  it('is Markdown: the machine, figures, ratios against targets, and what was left out', () => {
    expect(reportText(report)).toBe(`A CPU, 2 cores, 8 GiB, linux x64, Node.js v20.19.0
Rows of digits; 2 turns after a warm-up

| workers, 700,000 rows |           |   min | median |   max |
| --------------------- | --------- | ----: | -----: | ----: |
| one worker            | wall, s   |  9.00 |   9.50 |  10.0 |
| one worker            | peak, MiB | 1,235 |  1,235 | 1,235 |
| two workers           | wall, s   |  4.00 |   5.00 |  6.00 |
| two workers           | peak, MiB |  80.0 |   80.5 |  81.0 |

| ratio                                                             |  min | median |  max | target       |              |
| ----------------------------------------------------------------- | ---: | -----: | ---: | ------------ | ------------ |
| PNG stage, one thread, against the C reference: share of its time |    - |      - |    - | at most 0.5  | not measured |
| PNG stage, images of 512x512, against the same: share of its time |    - |      - |    - | at most 0.5  | not measured |
| Two workers against one, wall: times faster                       | 1.67 |   1.90 | 2.25 | at least 1.8 | met          |

- The C reference was left out: no compiler.
`);
  });
});

describe('formatFigure', () => {
  it.each([
    [0, '0'],
    [0.001234, '0.00123'],
    [0.9, '0.900'],
    [9.996, '10.0'],
    [17.94, '17.9'],
    [373.4, '373'],
    [12_345.6, '12,346'],
  ])('of %d is %s', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });
});
