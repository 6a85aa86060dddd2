import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Zstd } from '@hpcc-js/wasm-zstd';
import { tableFromIPC } from 'apache-arrow';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallArchives, writeArchives } from '../fixtures/archives.js';
import { lines, prepareCli } from '../fixtures/cli.js';
import {
  digitsArchives,
  digitsRows,
  GOLDEN,
  GOLDEN_ARRAY_RECORD,
  GOLDEN_TFRECORD,
  pick,
  tfdsOrder,
  withChecksums,
} from '../fixtures/digits.js';
import { digestsIn, emptyFolder, everythingIn, newFolder } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { sample } from '../sample.js';

/** Archives of `digits`, for reading alone. */
let archives: string;

beforeAll(async () => {
  archives = await newFolder();
  await writeArchives(archives, digitsArchives);
  return () => rm(archives, { recursive: true });
});

/** Prepares `digits` into an empty folder; gives the data set's directory. */
async function prepareDigits(...words: string[]): Promise<string> {
  const folder = await emptyFolder();
  const result = await prepareCli(
    ['--dataset', 'digits', '--quiet', '--archives', archives, '--out', join(folder, 'out'), ...words],
    join(folder, 'cache'),
  );
  expect(result).toMatchObject({ code: 0, stderr: '' });
  return join(folder, 'out', 'digits', '1.0.0');
}

/** Tensors with the index, in streams and by zstd. */
const GOLDEN_OPTIONS = {
  'digits-test-00000-of-00001.arrow': 'd1eedd6a3b92e184e0f548f45c1b4e1d5f151e169752c34e46284660ec8185af',
  'digits-test-00000-of-00001.parquet': 'c3fa4756d5306850b4083016c0ee2f3207d4182a59cad7c11b1edcdf171a0945',
  'digits-train-00000-of-00001.arrow': '98081d65e65c408c5451294b98b032e52262b1aa9c3a23039a29a362be3868df',
  'digits-train-00000-of-00001.parquet': 'b4d5d1acd75165d1a236cd2f52cc6e3cd29338e220bcf0b023d3d82c725c7fb9',
};

const MANIFEST = pick(GOLDEN, /json$/);
/** It tells of the formats. */
const CARD = /^README\.md$/;

describe('--formats', () => {
  it('tfrecord gives what TFDS writes, and nothing else', async () => {
    expect(await digestsIn(await prepareDigits('--formats', 'tfrecord'))).toEqual(GOLDEN_TFRECORD);
  });

  it('arrow,parquet gives the same shards and the same manifest, without TFRecord', async () => {
    const shards = pick(GOLDEN, /\.(arrow|parquet)$/);
    expect(Object.keys(shards)).toHaveLength(4);
    const digests = await digestsIn(await prepareDigits('--formats', 'arrow,parquet'));
    expect(digests).toEqual(withChecksums({ ...pick(digests, CARD), ...MANIFEST, ...shards }));
  });

  it('array_record gives a manifest that names it', async () => {
    const directory = await prepareDigits('--formats', 'array_record');
    const { SHA256SUMS: _, 'dataset_info.json': manifest, ...others } = await digestsIn(directory);
    expect(others).toEqual({ ...pick(others, CARD), ...pick(MANIFEST, /^features/), ...GOLDEN_ARRAY_RECORD });
    expect(manifest).not.toBe(MANIFEST['dataset_info.json']);
    const text = await readFile(join(directory, 'dataset_info.json'), 'utf8');
    expect(text).toContain('\n  "fileFormat": "array_record",\n');
    expect(text).not.toContain('alternativeFileFormats');
  });

  it('array_record beside tfrecord gives a manifest that names it second', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare('--formats', 'tfrecord')).code).toBe(0);
    const alone = await readFile(join(own.target, 'dataset_info.json'), 'utf8');
    expect((await own.prepare('--formats', 'tfrecord,array_record', '--overwrite')).code).toBe(0);
    expect(await readFile(join(own.target, 'dataset_info.json'), 'utf8')).toBe(
      alone.replace('{\n', '{\n  "alternativeFileFormats": [\n    "array_record"\n  ],\n'),
    );
  });

  it('means the same in any order, and named twice', async () => {
    const own = await ownDataset(smallArchives());
    const digests = async (formats: string): Promise<Record<string, string>> => {
      expect((await own.prepare('--formats', formats, '--overwrite')).code).toBe(0);
      return digestsIn(own.target);
    };
    const all = await digests('tfrecord,arrow,parquet,array_record');
    expect(Object.keys(all)).toHaveLength(4 + 8);
    expect(await digests('array_record,parquet,arrow,tfrecord')).toEqual(all);
    expect(await digests('parquet, arrow,parquet,tfrecord,array_record,arrow,array_record')).toEqual(all);
  });

  it.each(sample(['arrow,parquet', 'parquet', 'array_record', 'array_record,arrow'], 1))(
    '%s gives a whole data set: it is left alone',
    async (formats) => {
      const own = await ownDataset(smallArchives());
      expect((await own.prepare('--formats', formats)).code).toBe(0);
      const digests = await digestsIn(own.target);
      const { code, stdout, stderr } = await own.prepare('--formats', formats, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(lines(stdout)).toEqual([expect.objectContaining({ event: 'done', state: 'existing' })]);
      expect(await digestsIn(own.target)).toEqual(digests);
      expect((await own.prepare('--dry-run')).stdout).toContain('(complete, to be left alone)');
    },
  );

  it('without TFRecord: what lost a shard is refused, and prepared again with --overwrite', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare('--formats', 'parquet')).code).toBe(0);
    const digests = await digestsIn(own.target);
    await rm(join(own.target, 'own-train-00000-of-00001.parquet'));
    expect((await own.prepare('--formats', 'parquet')).code).toBe(2);
    const { code, stderr } = await own.prepare('--formats', 'parquet', '--overwrite');
    expect(code).toBe(0);
    expect(stderr).toContain('of which own-train-00000-of-00001.parquet is missing');
    expect(await digestsIn(own.target)).toEqual(digests);
  });

  it('of a data set that is there without them are an error, not a silence', async () => {
    const directory = await prepareDigits('--formats', 'tfrecord');
    const again = [
      '--dataset',
      'digits',
      '--quiet',
      '--archives',
      archives,
      '--out',
      join(directory, '../..'),
    ];
    const cache = await emptyFolder();
    const { code, stderr } = await prepareCli([...again, '--formats', 'tfrecord,parquet'], cache);
    expect(code).toBe(2);
    expect(stderr).toContain(`${directory} holds the data set, but not as parquet [OUTPUT_OCCUPIED]`);
    expect(stderr).toContain('found:    tfrecord\n');
    expect(await digestsIn(directory)).toEqual(GOLDEN_TFRECORD);
    // Who names no formats wants the data set, however it is there.
    expect(await prepareCli(again, cache)).toMatchObject({ code: 0, stderr: '' });
    expect(await digestsIn(directory)).toEqual(GOLDEN_TFRECORD);
  });

  it('is told event by event', async () => {
    const own = await ownDataset(smallArchives());
    const { stdout } = await own.prepare('--json', '--quiet', '--formats', 'array_record,parquet');
    const writes = lines(stdout).filter(({ event }) => event === 'write');
    const digests = await digestsIn(own.target);
    expect(
      writes.map(({ split, file, format, rows, sha256 }) => ({ split, file, format, rows, sha256 })),
    ).toEqual(
      expect.arrayContaining(
        [
          { split: 'train', format: 'array_record', file: 'own-train.array_record-00000-of-00001', rows: 30 },
          { split: 'train', format: 'parquet', file: 'own-train-00000-of-00001.parquet', rows: 30 },
          { split: 'test', format: 'array_record', file: 'own-test.array_record-00000-of-00001', rows: 20 },
          { split: 'test', format: 'parquet', file: 'own-test-00000-of-00001.parquet', rows: 20 },
        ].map((write) => ({ ...write, sha256: digests[write.file] })),
      ),
    );
    expect(writes).toHaveLength(4);
  });
});

/** The bytes of a file, as its readers want them. */
async function bytesOf(directory: string, file: string): Promise<ArrayBuffer> {
  return Uint8Array.from(await readFile(join(directory, file))).buffer;
}

describe('columns of digits', () => {
  it('hold tensors and the index, in streams and by zstd, where that is asked for', async () => {
    const words = ['--image', 'tensor', '--index', '--arrow-stream', '--compression', 'zstd'];
    const directory = await prepareDigits('--formats', 'arrow,parquet', ...words);
    expect(pick(await digestsIn(directory), /arrow|parquet/)).toEqual(GOLDEN_OPTIONS);

    const { images, labels } = digitsRows('t10k');
    const rows = tfdsOrder('test', 1000);
    const pixels = Buffer.concat(rows.map((row) => images.subarray(row * 784, (row + 1) * 784)));
    const arrow = await readFile(join(directory, 'digits-test-00000-of-00001.arrow'));
    expect(arrow.toString('latin1', 0, 6)).not.toBe('ARROW1');
    const table = tableFromIPC(arrow);
    expect(table.schema.fields.map(String)).toEqual([
      'image: FixedSizeList[784]<Uint8>',
      'label: Int64',
      'index: Int64',
    ]);
    expect([...(table.getChild('index') ?? [])]).toEqual(rows.map(BigInt));
    expect([...(table.getChild('label') ?? [])]).toEqual(rows.map((row) => BigInt(labels[row]!)));
    const samples: Uint8Array | undefined = table.getChild('image')?.data[0]?.children[0]?.values;
    expect(Buffer.compare(Buffer.from(samples!).subarray(0, pixels.length), pixels)).toBe(0);

    const file = await bytesOf(directory, 'digits-test-00000-of-00001.parquet');
    const codecs = parquetMetadata(file).row_groups.flatMap(({ columns }) =>
      columns.map((one) => one.meta_data?.codec),
    );
    expect([...new Set(codecs)]).toEqual(['ZSTD']);
    const zstd = await Zstd.load();
    const found = await parquetReadObjects({
      file,
      compressors: { ZSTD: (input) => zstd.decompress(input) },
    });
    expect(found.map(({ label, index }) => [label, index])).toEqual(
      rows.map((row) => [BigInt(labels[row]!), BigInt(row)]),
    );
    expect(Buffer.compare(Buffer.from(found.flatMap(({ image }) => image)), pixels)).toBe(0);
  });

  it('are compressed as --compression says', async () => {
    const own = await ownDataset(smallArchives());
    const file = 'own-train-00000-of-00001.parquet';
    const digests = new Set<string | undefined>();
    for (const [compression, codec] of Object.entries({
      none: 'UNCOMPRESSED',
      snappy: 'SNAPPY',
      zstd: 'ZSTD',
    })) {
      const words = ['--formats', 'parquet', '--compression', compression, '--overwrite'];
      expect((await own.prepare(...words)).code).toBe(0);
      const [group] = parquetMetadata(await bytesOf(own.target, file)).row_groups;
      expect(group?.columns.map(({ meta_data }) => meta_data?.codec)).toEqual([codec, codec, codec]);
      expect(await everythingIn(own.target)).toHaveLength(6);
      digests.add((await digestsIn(own.target))[file]);
    }
    expect(digests.size).toBe(3);
    expect((await own.prepare('--formats', 'parquet', '--overwrite')).code).toBe(0);
    const parquet = parquetMetadata(await bytesOf(own.target, file));
    expect(parquet.row_groups[0]?.columns[0]?.meta_data?.codec).toBe('SNAPPY');
  });
});
