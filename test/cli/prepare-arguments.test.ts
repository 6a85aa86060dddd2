import { describe, expect, it } from 'vitest';
import { prepareCommand } from '../../src/cli/prepare.js';
import { type PrepareArguments, readPrepareWords } from '../../src/cli/prepare-arguments.js';
import { completed } from './completed.js';

function argumentsOf(...words: string[]): PrepareArguments {
  return readPrepareWords(completed(prepareCommand), words);
}

describe('readPrepareWords', () => {
  it('asks for nothing but --out', () => {
    expect(argumentsOf('--out', 'data')).toEqual({ dataset: 'mnist', out: 'data' });
  });

  it('reads every option', () => {
    expect(
      argumentsOf(
        ...['--dataset', 'digits', '--out', './data', '--archives', 'down loads', '--workers', '3'],
        ...['--num-shards', '8', '--overwrite', '--dry-run', '--json', '--quiet'],
      ),
    ).toEqual({
      dataset: 'digits',
      out: './data',
      archives: 'down loads',
      workers: 3,
      numShards: 8,
      overwrite: true,
      dryRun: true,
      json: true,
      quiet: true,
    });
    expect(
      argumentsOf(
        ...['--out', 'data', '--formats', 'parquet,array_record', '--image', 'tensor', '--index'],
        ...['--compression', 'zstd', '--arrow-stream', '--tensors', 'extension'],
      ),
    ).toEqual({
      dataset: 'mnist',
      out: 'data',
      formats: ['parquet', 'array_record'],
      image: 'tensor',
      tensors: 'extension',
      index: true,
      compression: 'zstd',
      arrowStream: true,
    });
    expect(argumentsOf('--out=data', '--max-shard-size=256MiB')).toEqual({
      dataset: 'mnist',
      out: 'data',
      maxShardSize: 256 * 2 ** 20,
    });
  });

  it('lists without --out', () => {
    expect(argumentsOf('--list')).toEqual({ dataset: 'mnist', list: true });
    expect(argumentsOf('--list', '--json')).toEqual({ dataset: 'mnist', list: true, json: true });
  });

  it('takes the last of two', () => {
    expect(argumentsOf('--out', 'a', '--out', 'b', '--num-shards', '2', '--num-shards', '3')).toMatchObject({
      out: 'b',
      numShards: 3,
    });
  });

  it('begins anew with every command line', () => {
    argumentsOf('--out', 'data', '--json', '--workers', '2');
    expect(argumentsOf('--out', 'data')).toEqual({ dataset: 'mnist', out: 'data' });
  });

  it.each([
    ['--workers', '1', { workers: 1 }],
    ['--workers', '256', { workers: 256 }],
    ['--num-shards', '1', { numShards: 1 }],
    ['--num-shards', '100000', { numShards: 100_000 }],
    ['--max-shard-size', '1', { maxShardSize: 1 }],
  ])('takes %s %s', (option, value, expected) => {
    expect(argumentsOf('--out', 'data', option, value)).toMatchObject(expected);
  });

  it.each([
    ['--workers', '0', '1 to 256'],
    ['--workers', '257', '1 to 256'],
    ['--workers', '-1', '1 to 256'],
    ['--workers', '1.5', '1 to 256'],
    ['--workers', 'many', '1 to 256'],
    ['--workers', '', '1 to 256'],
    ['--workers', ' 2', '1 to 256'],
    ['--workers', '1e1', '1 to 256'],
    ['--workers', '0x2', '1 to 256'],
    ['--num-shards', '0', '1 to 100000'],
    ['--num-shards', '100001', '1 to 100000'],
  ])('refuses %s %j', (option, value, expected) => {
    expect(() => argumentsOf('--out', 'data', `${option}=${value}`)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'USAGE',
        message: `${option} takes a whole number`,
        expected,
        found: value,
        next: 'See --help.',
      }),
    );
  });

  it.each([
    ['tfrecord', ['tfrecord']],
    ['tfrecord,arrow,parquet,array_record', ['tfrecord', 'arrow', 'parquet', 'array_record']],
    ['parquet, arrow ', ['parquet', 'arrow']],
    ['parquet,arrow,parquet,parquet', ['parquet', 'arrow']],
  ])('takes --formats %j', (value, formats) => {
    expect(argumentsOf('--out', 'data', '--formats', value).formats).toEqual(formats);
  });

  it.each([
    ['csv', 'csv'],
    ['parquet,csv', 'csv'],
    ['Parquet', 'Parquet'],
    ['toString', 'toString'],
    ['', ''],
    ['parquet,', ''],
    ['parquet arrow', 'parquet arrow'],
  ])('refuses --formats %j', (value, found) => {
    expect(() => argumentsOf('--out', 'data', `--formats=${value}`)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'USAGE',
        message: `there is no format named ${found}`,
        expected: 'tfrecord, array_record, arrow, parquet',
        found,
        next: 'See --help.',
      }),
    );
  });

  it.each([
    ['--compression', ['snappy', 'zstd', 'none'], ['gzip', 'SNAPPY', '']],
    ['--image', ['png', 'tensor'], ['jpeg', 'tensors', '']],
  ])('takes for %s any of %j, and refuses others', (option, known, unknown) => {
    for (const value of known) {
      expect(Object.values(argumentsOf('--out', 'data', option, value))).toContain(value);
    }
    for (const value of unknown) {
      expect(() => argumentsOf('--out', 'data', `${option}=${value}`)).toThrow(
        expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(known.join(', ')) }),
      );
    }
  });

  it('refuses a size that is none', () => {
    expect(() => argumentsOf('--out', 'data', '--max-shard-size', 'large')).toThrow(
      expect.objectContaining({ code: 'USAGE', message: '--max-shard-size takes a size', found: 'large' }),
    );
  });

  it.each([
    [[], '--out is missing: where shall the data go?'],
    [['--json'], '--out is missing: where shall the data go?'],
    [['--out'], "option '--out <dir>' argument missing"],
    [['--out', 'data', '--shards', '3'], "unknown option '--shards'"],
    [['--out', 'data', '-x'], "unknown option '-x'"],
    [['--out', 'data', '--num-shard', '3'], "unknown option '--num-shard'\n(Did you mean --num-shards?)"],
    [['--out', 'data', 'mnist'], /too many arguments/],
    [
      ['--out', 'data', '--num-shards', '3', '--max-shard-size', '1GB'],
      "option '--num-shards <n>' cannot be used with option '--max-shard-size <size>'",
    ],
    [
      ['--max-shard-size', '1GB', '--num-shards', '3', '--out', 'data'],
      "option '--num-shards <n>' cannot be used with option '--max-shard-size <size>'",
    ],
  ])('refuses %j', (words, message) => {
    expect(() => argumentsOf(...words)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'USAGE',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        next: 'See --help.',
      }),
    );
  });

  it.each([[['--out', '']], [['--out=']]])('refuses %j, as a variable that is not set gives it', (words) => {
    expect(() => argumentsOf(...words)).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('--out') }),
    );
  });
});
