import { describe, expect, it } from 'vitest';
import { parseBenchArguments } from '../../../scripts/bench/arguments.js';
import { DatasetError } from '../../../src/errors.js';

const ALL = { runs: 5, parts: ['stages', 'job', 'workers', 'load'], rows: 700_000, json: false };

describe('parseBenchArguments', () => {
  it.each([
    [[], ALL],
    [['--json', '--runs', '1'], { ...ALL, json: true, runs: 1 }],
    [['--only', 'job,stages'], { ...ALL, parts: ['stages', 'job'] }],
    [['--rows', '1000'], { ...ALL, parts: ['scale'], rows: 1000 }],
    [['--rows', '1000', '--only', 'stages,workers'], { ...ALL, parts: ['stages', 'workers'], rows: 1000 }],
  ])('reads %j', (words, expected) => {
    expect(parseBenchArguments(words)).toEqual(expected);
  });

  it.each([
    ['--runs', '0'],
    ['--runs', 'many'],
    ['--rows', '1.5'],
    ['--only', 'png'],
    ['--fast', ''],
  ])('refuses %s %s', (...words) => {
    const refused = () => parseBenchArguments(words);
    expect(refused).toThrow(DatasetError);
    expect(refused).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('gives the help as a text', () => {
    expect(parseBenchArguments(['--help'])).toEqual({ text: expect.stringContaining('--only <parts>') });
  });
});
