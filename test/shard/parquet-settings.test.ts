import { Zstd } from '@hpcc-js/wasm-zstd';
import { describe, expect, it } from 'vitest';
import { serializedArrowSchema } from '../../src/shard/arrow-schema.js';
import { COMPRESSIONS, parquetSettings, requireCodec } from '../../src/shard/parquet-settings.js';
import { tableMetadata } from '../../src/shard/table.js';
import { TABLE } from './encoded.js';

describe('parquetSettings', () => {
  it.each([
    ['snappy', 'SNAPPY'],
    ['none', 'UNCOMPRESSED'],
  ] as const)('takes %s for %s, which needs nothing more', async (compression, codec) => {
    const { kvMetadata: _, ...settings } = await parquetSettings(TABLE, compression);
    expect(settings).toEqual({ codec });
  });

  it('brings a compressor for zstd, at the level that is its own default', async () => {
    const { codec, compressors } = await parquetSettings(TABLE, 'zstd');
    expect({ codec, names: Object.keys(compressors ?? {}) }).toEqual({ codec: 'ZSTD', names: ['ZSTD'] });
    const zstd = await Zstd.load();
    const bytes = Uint8Array.from({ length: 5000 }, (_, at) => (at * at) >> 7);
    const compressed = compressors!.ZSTD!(bytes);
    expect(zstd.decompress(compressed)).toEqual(bytes);
    expect(compressed).toEqual(zstd.compress(bytes, 3));
  });

  it('adds what the table tells of itself, and of tensors their schema', async () => {
    const [[key, value] = []] = tableMetadata(TABLE);
    expect((await parquetSettings(TABLE, 'none')).kvMetadata).toEqual([{ key, value }]);
    const tensor = { ...TABLE, image: 'tensor' as const };
    expect((await parquetSettings(tensor, 'none')).kvMetadata).toEqual([
      { key: 'ARROW:schema', value: serializedArrowSchema(tensor) },
    ]);
  });
});

describe('requireCodec', () => {
  // Where the package of zstd is missing is tried with the packed package: test/prepare/npm.test.ts.
  it.each(COMPRESSIONS)('finds what %s needs', async (compression) => {
    expect(await requireCodec(compression)).toBeUndefined();
  });
});
