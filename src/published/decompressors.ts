import type { Decompress } from '../decode/parquet/pages.js';
import { CompressionCodec } from '../shard/parquet/enums.js';
import { snappyUncompress } from '../snappy/snappy.js';
import type { Decompressors } from './shard-rows.js';

let loading: Promise<Decompressors> | undefined;

/** What decompresses Parquet's pages, as far as its packages are installed; loaded once. */
export function loadDecompressors(): Promise<Decompressors> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Decompressors> {
  const decompressors = new Map<number, Decompress>([[CompressionCodec.SNAPPY, snappyUncompress]]);
  const zstd = await import('@hpcc-js/wasm-zstd').catch(() => undefined);
  if (zstd !== undefined) {
    const codec = await zstd.Zstd.load();
    decompressors.set(CompressionCodec.ZSTD, (stored) => codec.decompress(stored));
  }
  return decompressors;
}
