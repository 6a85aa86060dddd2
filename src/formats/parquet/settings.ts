import { DatasetError } from '../../errors.js';
import { type TableLayout, tableMetadata } from '../../rows/table.js';
import { snappyCompress } from '../snappy/snappy.js';
import { CompressionCodec } from './enums.js';
import type { Compress } from './page-writer.js';
import type { ParquetSettings } from './write.js';

/** How `--compression` calls the ways to compress Parquet's pages. */
export const COMPRESSIONS = ['snappy', 'zstd', 'none'] as const;

/** One of {@link COMPRESSIONS}. */
export type CompressionName = (typeof COMPRESSIONS)[number];

/** The same, as Parquet calls them. */
const CODECS = { snappy: 'SNAPPY', zstd: 'ZSTD', none: 'UNCOMPRESSED' } as const;

/** Which one a number of Parquet's `CompressionCodec` is, where it is one of them. */
export function compressionOf(codec: number): CompressionName | undefined {
  return COMPRESSIONS.find((name) => CompressionCodec[CODECS[name]] === codec);
}

/**
 * What a Parquet file of this layout is written with; what it needs of other packages is loaded here.
 *
 * @throws {DatasetError} `USAGE` where the package of a codec is missing
 */
export async function parquetSettings(
  layout: TableLayout,
  compression: CompressionName,
): Promise<ParquetSettings> {
  const kvMetadata = tableMetadata(layout).map(([key, value]) => ({ key, value }));
  if (layout.image === 'tensor' && layout.shape.length > 0) {
    // Without Arrow's own schema, its readers would see lists of any length.
    const { serializedArrowSchema } = await import('../arrow/table-schema.js');
    kvMetadata.push({ key: 'ARROW:schema', value: serializedArrowSchema(layout) });
  }
  const codec = CODECS[compression];
  if (compression === 'zstd') return { codec, compress: await zstdCompressor(), kvMetadata };
  if (compression === 'none') return { codec, kvMetadata };
  return { codec, compress: snappyCompress, kvMetadata };
}

/** zstd's own default. */
const ZSTD_LEVEL = 3;

/**
 * Looks whether what a compression needs is installed, before any work is done.
 *
 * @throws {DatasetError} `USAGE`
 */
export async function requireCodec(compression: CompressionName): Promise<void> {
  if (compression === 'zstd') await zstdCompressor();
}

/**
 * Zstandard from a package that is installed where it is wanted, and always from there: newer versions of Node.js bring
 * one of their own, but its bytes would not be those of older ones.
 */
async function zstdCompressor(): Promise<Compress> {
  const { Zstd } = await import('@hpcc-js/wasm-zstd').catch((cause: unknown) => {
    throw new DatasetError('USAGE', '--compression zstd needs a package that is not installed', {
      expected: '@hpcc-js/wasm-zstd',
      found: 'nothing',
      next: 'npm install @hpcc-js/wasm-zstd, or choose snappy or none.',
      cause,
    });
  });
  const zstd = await Zstd.load();
  return (bytes) => zstd.compress(bytes, ZSTD_LEVEL);
}
