import type { Decompress } from '../decode/parquet/pages.js';
import type { Decompressors } from './shard-rows.js';

/** Numbers of `parquet.thrift`'s `CompressionCodec`. */
const SNAPPY = 1;
const ZSTD = 6;

let loading: Promise<Decompressors> | undefined;

/** What decompresses Parquet's pages, as far as its packages are installed; loaded once. */
export function loadDecompressors(): Promise<Decompressors> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Decompressors> {
  const { snappyUncompressor } = await import('hysnappy');
  const decompressors = new Map<number, Decompress>([[SNAPPY, snappyUncompressor()]]);
  const zstd = await import('@hpcc-js/wasm-zstd').catch(() => undefined);
  if (zstd !== undefined) {
    const codec = await zstd.Zstd.load();
    decompressors.set(ZSTD, (stored) => codec.decompress(stored));
  }
  return decompressors;
}
