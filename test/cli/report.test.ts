import { describe, expect, it } from 'vitest';
import { resultText } from '../../src/cli/report.js';
import { FORMAT_NAMES, type FormatName, isFormatName } from '../../src/formats/formats.js';
import { StepTimes } from '../../src/prepare/steps.js';
import { tinyDefinition } from '../dataset/tiny.js';

/** What is said of a run that wrote shards of these formats, in this order. */
function textOf(...formats: FormatName[]): string {
  return textIn('out/tiny/1.2.3', formats);
}

function textIn(directory: string, formats: readonly FormatName[]): string {
  const definition = tinyDefinition({ label: { name: 'kind', classes: 3 } });
  const write = (split: string, format: FormatName, rows: number) => ({
    event: 'write' as const,
    ...{ split, format, rows, file: `${split}.${format}`, bytes: rows * 1024, sha256: '' },
  });
  const written = formats.flatMap((format) => [
    write('train', format, 2),
    write('train', format, 1),
    write('test', format, 1),
  ]);
  const splits = [
    { name: 'train', numBytes: 9, shardLengths: [2, 1] },
    { name: 'test', numBytes: 9, shardLengths: [1] },
  ];
  const result = { state: 'prepared' as const, directory, formats, splits, steps: new StepTimes().seconds() };
  return resultText(definition, result, written, 1.25);
}

/** Lines that only one of the formats has. */
const MARKS: Record<FormatName, string> = {
  tfrecord:
    "  ds = tfds.builder_from_directory('out/tiny/1.2.3').as_dataset(split='train', as_supervised=True)",
  parquet: "  SELECT kind, count(*) FROM 'out/tiny/1.2.3/tiny-train-*.parquet' GROUP BY kind ORDER BY kind;",
  arrow: "  pl.scan_ipc('out/tiny/1.2.3/tiny-train-*.arrow').select('image', 'kind').head().collect()",
  array_record: "  source = tfds.builder_from_directory('out/tiny/1.2.3').as_data_source('train')",
};

/** The formats of which a text says how to read them, in its order. */
function waysIn(text: string): FormatName[] {
  const lines = text.split('\n');
  return FORMAT_NAMES.filter(isFormatName)
    .filter((format) => lines.includes(MARKS[format]))
    .sort((a, b) => lines.indexOf(MARKS[a]) - lines.indexOf(MARKS[b]));
}

describe('resultText', () => {
  it('says where TFDS cannot read what was written', () => {
    const said =
      'TFDS cannot read it: it takes tfrecord or array_record, and here is parquet, arrow alone (--formats)';
    expect(textOf('parquet', 'arrow').split('\n')).toContain(said);
    for (const formats of [['tfrecord'], ['array_record', 'parquet']] as const)
      expect(textOf(...formats)).not.toContain('cannot read');
  });

  it('tells what was written, every format counted once by rows and all by bytes', () => {
    const lines = textOf('tfrecord', 'parquet').split('\n');
    expect(lines.slice(0, 5)).toEqual([
      'Prepared tiny 1.2.3: 4 examples, 8.0 KiB in 1.3 s',
      '  out/tiny/1.2.3',
      expect.stringMatching(/^ {2}train +3 rows +2 shards +6\.0 KiB$/),
      expect.stringMatching(/^ {2}test +1 rows +1 shard +2\.0 KiB$/),
      '',
    ]);
  });

  it('spells a directory with a quote as Python and SQL do', () => {
    const text = textIn("q'uote", ['tfrecord', 'parquet']);
    expect(text).toContain("tfds.builder_from_directory('q\\'uote').as_dataset(");
    expect(text).toContain("FROM 'q''uote/tiny-train-*.parquet' GROUP");
    expect(textIn("q'uote", ['arrow'])).toContain("pl.scan_ipc('q\\'uote/tiny-train-*.arrow')");
  });

  it.each([
    { formats: ['tfrecord'], ways: ['tfrecord'] },
    { formats: ['parquet'], ways: ['parquet'] },
    { formats: ['arrow'], ways: ['arrow'] },
    { formats: ['array_record'], ways: ['array_record'] },
    { formats: ['tfrecord', 'arrow', 'parquet'], ways: ['tfrecord', 'parquet'] },
    { formats: ['arrow', 'parquet'], ways: ['parquet', 'arrow'] },
    { formats: ['array_record', 'tfrecord'], ways: ['tfrecord', 'array_record'] },
    { formats: ['array_record', 'arrow'], ways: ['arrow', 'array_record'] },
    { formats: ['array_record', 'arrow', 'parquet', 'tfrecord'], ways: ['tfrecord', 'parquet'] },
  ] satisfies { formats: FormatName[]; ways: FormatName[] }[])(
    'says of $formats how $ways are read',
    ({ formats, ways }) => {
      const text = textOf(...formats);
      expect(waysIn(text)).toEqual(ways);
      expect(text.match(/^Read it in /gm)).toHaveLength(ways.length);
      expect(text.endsWith('\n')).toBe(true);
    },
  );
});
