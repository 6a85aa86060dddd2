import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeArrayRecord } from '../../src/formats/array-record/write.js';
import { RECORD_BATCH_LIMITS, writeArrowShard } from '../../src/formats/arrow/write.js';
import {
  DEFAULT_FORMATS,
  FORMAT_NAMES,
  type FormatName,
  isFormatName,
  type ShardLayout,
  shardTemplate,
  writeShard,
} from '../../src/formats/formats.js';
import { parquetSettings } from '../../src/formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../../src/formats/parquet/write.js';
import { serializedExamples } from '../../src/formats/tfrecord/records.js';
import { writeTfrecordShard } from '../../src/formats/tfrecord/write.js';
import type { Sink } from '../../src/fs/sink.js';
import { shardFileName } from '../../src/plan/filename.js';
import {
  encodedImages,
  inMemory,
  LAYOUT,
  recordBatches,
  TABLE,
  tableBatches,
  writtenBy,
} from '../rows/encoded.js';
import { scratchDir } from '../scratch-dir.js';

const FORMATS = FORMAT_NAMES.filter(isFormatName);

describe('the names of formats', () => {
  it('are four, three of which are written when nobody chooses', () => {
    expect([...FORMAT_NAMES].sort()).toEqual(['array_record', 'arrow', 'parquet', 'tfrecord']);
    expect(DEFAULT_FORMATS).toEqual(['tfrecord', 'arrow', 'parquet']);
  });

  it('are known, and nothing else is', () => {
    for (const name of FORMAT_NAMES) expect(isFormatName(name)).toBe(true);
    for (const name of ['', 'csv', 'Parquet', 'TFRECORD', 'toString', '__proto__', 'constructor'])
      expect(isFormatName(name)).toBe(false);
  });

  it.each([
    ['tfrecord', 'mnist-train.tfrecord-00003-of-00012'],
    ['array_record', 'mnist-train.array_record-00003-of-00012'],
    ['arrow', 'mnist-train-00003-of-00012.arrow'],
    ['parquet', 'mnist-train-00003-of-00012.parquet'],
  ] satisfies [FormatName, string][])('stand in the names of shards: %s', (format, name) => {
    const shard = { dataset: 'mnist', split: 'train', format, shard: 3, shards: 12 };
    expect(shardFileName(shard, shardTemplate(format))).toBe(name);
  });
});

describe('writeShard', () => {
  const encoded = encodedImages([3, 0, 4, 1, 2, 6, 5], 2);
  const split = inMemory(encoded);
  const range = { start: 1, end: 6 };
  const layout: ShardLayout = {
    table: { ...TABLE, image: 'tensor', columns: { image: 'Bild', label: 'Klasse', index: 'Nummer' } },
    compression: 'zstd',
    arrowForm: 'stream',
  };

  /** What each format's own writer writes. */
  const writers: Record<FormatName, (sink: Sink, layout: ShardLayout) => Promise<void>> = {
    tfrecord: async (sink) => writeTfrecordShard(recordBatches(encoded, range), sink),
    array_record: async (sink) => writeArrayRecord(serializedExamples(recordBatches(encoded, range)), sink),
    arrow: async (sink, { table, arrowForm }) =>
      writeArrowShard(tableBatches(encoded, RECORD_BATCH_LIMITS, table, range), sink, table, arrowForm),
    parquet: async (sink, { table, compression }) =>
      writeParquetShard(
        tableBatches(encoded, rowGroupLimits(table), table, range),
        sink,
        table,
        await parquetSettings(table, compression),
      ),
  };

  it.each(FORMATS)('writes a file of %s, and tells its size and checksum', async (format) => {
    const dir = await scratchDir();
    for (const [file, asked] of Object.entries({ LAYOUT, layout })) {
      const path = join(dir, file);
      const written = await writeShard({ format, path, range, split, layout: asked });
      const parts: Uint8Array[] = [];
      await writers[format]({ write: (bytes) => void parts.push(Uint8Array.from(bytes)) }, asked);
      const bytes = await readFile(path);
      expect(Buffer.compare(bytes, Buffer.concat(parts))).toBe(0);
      expect(written).toEqual({
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      });
    }
  });

  it.each(['arrow', 'parquet'] as const)('writes %s as the layout says', async (format) => {
    const dir = await scratchDir();
    const digest = async (name: string, change: Partial<ShardLayout>): Promise<string> => {
      const task = { format, path: join(dir, name), range, split, layout: { ...LAYOUT, ...change } };
      return (await writeShard(task)).sha256;
    };
    const plain = await digest('plain', {});
    expect(await digest('again', {})).toBe(plain);
    expect((await digest('form', { arrowForm: 'stream' })) === plain).toBe(format === 'parquet');
    expect((await digest('compression', { compression: 'none' })) === plain).toBe(format === 'arrow');
    expect(await digest('tensor', { table: { ...TABLE, image: 'tensor' } })).not.toBe(plain);
    expect(await digest('index', { table: layout.table })).not.toBe(plain);
  });

  it('gives the examples of tfrecord and array_record at the places of the order', () => {
    const whole = [...serializedExamples(recordBatches(encoded))].map((bytes) => Buffer.from(bytes));
    const part = [...serializedExamples(recordBatches(encoded, range))].map((bytes) => Buffer.from(bytes));
    expect(part).toEqual(whole.slice(1, 6));
    const framed = writtenBy((sink) => writeTfrecordShard(recordBatches(encoded, range), sink));
    expect(framed).toHaveLength(part.reduce((sum, { length }) => sum + length + 16, 0));
    for (const example of part) expect(framed.includes(example)).toBe(true);
  });
});
