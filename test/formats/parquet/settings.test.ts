import { Zstd } from '@hpcc-js/wasm-zstd';
import { snappyUncompress } from 'hysnappy';
import { describe, expect, it } from 'vitest';
import { serializedArrowSchema } from '../../../src/formats/arrow/table-schema.js';
import { COMPRESSIONS, parquetSettings, requireCodec } from '../../../src/formats/parquet/settings.js';
import { tableMetadata } from '../../../src/rows/table.js';
import { TABLE } from '../../rows/encoded.js';

describe('parquetSettings', () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, at) => (at * at) >> 7);

  it('takes no compressor for none', async () => {
    const { kvMetadata: _, ...settings } = await parquetSettings(TABLE, 'none');
    expect(settings).toEqual({ codec: 'UNCOMPRESSED' });
  });

  it('brings a compressor for snappy, which gives the same whatever came before', async () => {
    const { codec, compress } = await parquetSettings(TABLE, 'snappy');
    expect(codec).toBe('SNAPPY');
    const first = Uint8Array.from(compress!(bytes));
    expect(snappyUncompress(first, bytes.length)).toEqual(bytes);
    expect(first.length).toBeLessThan(bytes.length);
    compress!(new Uint8Array(300_000).fill(7));
    expect(compress!(bytes)).toEqual(first);
  });

  it('brings a compressor for zstd, at the level that is its own default', async () => {
    const { codec, compress } = await parquetSettings(TABLE, 'zstd');
    expect(codec).toBe('ZSTD');
    const zstd = await Zstd.load();
    const compressed = compress!(bytes);
    expect(zstd.decompress(compressed)).toEqual(bytes);
    expect(compressed).toEqual(zstd.compress(bytes, 3));
  });

  it('adds what the table tells of itself, and of tensors their schema', async () => {
    const [[key, value] = []] = tableMetadata(TABLE);
    expect((await parquetSettings(TABLE, 'none')).kvMetadata).toEqual([{ key, value }]);
    for (const tensors of ['list', 'extension'] as const) {
      const tensor = { ...TABLE, image: 'tensor' as const, tensors };
      expect((await parquetSettings(tensor, 'none')).kvMetadata).toEqual([
        ...tableMetadata(tensor).map(([key, value]) => ({ key, value })),
        { key: 'ARROW:schema', value: serializedArrowSchema(tensor) },
      ]);
    }
  });
});

describe('requireCodec', () => {
  // Where the package of zstd is missing is tried with the packed package: test/prepare/npm.test.ts.
  it.each(COMPRESSIONS)('finds what %s needs', async (compression) => {
    expect(await requireCodec(compression)).toBeUndefined();
  });
});
