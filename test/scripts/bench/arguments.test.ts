import { describe, expect, it } from 'vitest';
import { declareBench, readBenchWords } from '../../../scripts/bench/arguments.js';
import type { CliCommand } from '../../../src/cli/command.js';
import { DatasetError } from '../../../src/errors.js';
import { completed } from '../../cli/completed.js';

const BENCH: CliCommand = { declare: declareBench, json: '', help: '', run: async () => {} };
const ALL = { runs: 5, parts: ['stages', 'job', 'workers', 'load'], rows: 700_000, json: false };

describe('readBenchWords', () => {
  it.each([
    [[], ALL],
    [['--json', '--runs', '1'], { ...ALL, json: true, runs: 1 }],
    [['--only', 'job,stages'], { ...ALL, parts: ['stages', 'job'] }],
    [['--rows', '1000'], { ...ALL, parts: ['scale'], rows: 1000 }],
    [['--rows', '1000', '--only', 'stages,workers'], { ...ALL, parts: ['stages', 'workers'], rows: 1000 }],
  ])('reads %j', (words, expected) => {
    expect(readBenchWords(completed(BENCH), words)).toEqual(expected);
  });

  it.each([
    ['--runs', '0'],
    ['--runs', 'many'],
    ['--rows', '1.5'],
    ['--only', 'png'],
    ['--fast', ''],
  ])('refuses %s %s', (...words) => {
    const refused = () => readBenchWords(completed(BENCH), words);
    expect(refused).toThrow(DatasetError);
    expect(refused).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
