import { snappyUncompress } from '../snappy/snappy.js';
import { CompressionCodec } from './enums.js';
import type { Decompress } from './page-reader.js';

/** How the numbers of `parquet.thrift`'s codecs are decompressed, as far as the packages for it are there. */
export type Decompressors = ReadonlyMap<number, Decompress>;

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
