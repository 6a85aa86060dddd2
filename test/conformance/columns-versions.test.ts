import { describe, expect, it } from 'vitest';
import { digitsAs } from './columns-datasets.js';
import { expectAllRows, type Tool } from './columns-readings.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

const NOTHING: string[] = [];
const requirements = 'requirements-columns.txt';

/** Tools of today beside those of columns-python.test.ts; what they read of images, and of tensors in streams. */
const OTHERS: readonly Tool[] = [
  { name: 'nanoarrow', requirements, ways: { parquet: NOTHING, file: NOTHING, stream: ['InputStream'] } },
  {
    name: 'arro3',
    requirements,
    ways: { parquet: ['read_parquet'], file: ['read_ipc'], stream: ['read_ipc_stream'] },
  },
];

const CHDB = ['file, Parquet', 'file, Parquet, label = 7', 'file, Parquet, label = 10'];
const FASTPARQUET = ['ParquetFile', 'ParquetFile, label = 7', 'ParquetFile, label = 10'];

/** What each reads of images, in Arrow files. */
const OF_IMAGES: readonly Tool[] = [
  ...OTHERS,
  { name: 'fastparquet', requirements, ways: { parquet: FASTPARQUET, file: NOTHING, stream: NOTHING } },
  { name: 'chdb', requirements, ways: { parquet: CHDB, file: ['file, Arrow'], stream: NOTHING } },
];

/** What each reads of tensors, in Arrow streams. */
const OF_TENSORS: readonly Tool[] = [
  ...OTHERS,
  { name: 'fastparquet', requirements, ways: { parquet: ['ParquetFile'], file: NOTHING, stream: NOTHING } },
  { name: 'chdb', requirements, ways: { parquet: CHDB, file: NOTHING, stream: ['file, ArrowStream'] } },
];

const FILTERED = ['label = 7', 'label = 10'];

/** Tools as they were two years ago and more; see docs/reading.md. */
const OLD: readonly Tool[] = (
  [
    {
      name: 'polars',
      ways: {
        parquet: ['read_parquet', 'scan_parquet, glob', 'scan, label = 7', 'scan, label = 10'],
        file: ['read_ipc', 'scan_ipc', 'scan, label = 7', 'scan, label = 10'],
        stream: ['read_ipc_stream'],
      },
    },
    {
      name: 'duckdb',
      ways: {
        parquet: ['read_parquet', 'FROM a glob', ...FILTERED.map((filter) => `WHERE ${filter}`)],
        file: NOTHING,
        stream: NOTHING,
      },
    },
    { name: 'pandas', ways: { parquet: ['read_parquet'], file: ['read_feather'], stream: NOTHING } },
    {
      name: 'datasets',
      ways: {
        parquet: ["load_dataset('parquet')"],
        file: NOTHING,
        stream: ["load_dataset('arrow')", 'Dataset.from_file'],
      },
    },
  ] as const
).map(({ name, ways: { parquet, file, stream } }) => ({
  name,
  requirements: 'requirements-old-columns.txt',
  ways: { parquet: [...parquet], file: [...file], stream: [...stream] },
}));

/** ClickHouse knew no fixed-size lists then. */
const OLD_CHDB: Tool = {
  ...{ name: 'chdb', requirements: 'requirements-old-columns.txt' },
  ways: { parquet: CHDB, file: ['file, Arrow'], stream: NOTHING },
};

describe('digits', () => {
  it('as it comes, is read row for row by other tools, and by old ones', async (context) => {
    const dataset = await digitsAs({ title: '', shards: 1 });
    for (const tool of [...OF_IMAGES, ...OLD, OLD_CHDB]) await expectAllRows(context, tool, dataset, 5);
  });

  it('as tensors, in streams, with the index, likewise', async (context) => {
    const variant = { title: '', shards: 3, image: 'tensor', index: true, arrowStream: true } as const;
    const dataset = await digitsAs(variant);
    for (const tool of [...OF_TENSORS, ...OLD]) await expectAllRows(context, tool, dataset, 5);
  });

  it('has, behind the magic number of its Arrow files, a stream', async (context) => {
    const { directory, archives } = await digitsAs({ title: '', shards: 1 });
    const words = [directory, archives, 'digits', 'train=train', 'test=t10k'];
    const report = await askReader(context, 'read_stream_in_file.py', words, requirements);
    const readings = [6000, 1000].flatMap((rows) =>
      ['pyarrow', 'nanoarrow', 'arro3'].map((how) => ({ how, rows, equal: rows })),
    );
    expect(report).toMatchObject({ faults: [], readings });
  });

  it('has records that Grain, in order and shuffled, and tfrecord of PyPI read', async (context) => {
    const { archives, directory: columns } = await digitsAs({ title: '', shards: 3 });
    const out = `${columns}-records`;
    const formats = ['--formats', 'tfrecord,array_record', '--num-shards', '3'];
    const directory = await prepare(out, ['--dataset', 'digits', '--archives', archives, ...formats]);
    const words = [directory, archives, 'digits', 'train=train', 'test=t10k', '--shards', '3'];
    const report = await askReader(context, 'read_records.py', words, requirements);
    const readings = [6000, 1000].flatMap((rows) =>
      ['tfrecord_loader', 'DataLoader', 'DataLoader, shuffled'].map((how) => ({ how, rows, equal: rows })),
    );
    expect(report).toMatchObject({ faults: [], readings });
  });
});
