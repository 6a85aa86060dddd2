import { DTYPES } from '../../dataset/feature.js';
import { FileOffset } from '../../fs/file-offset.js';
import type { Sink } from '../../fs/sink.js';
import type { BatchLimits } from '../../rows/batches.js';
import type { RowBatch } from '../../rows/encoded-rows.js';
import type { TableLayout } from '../../rows/table.js';
import { ByteBuffer } from './byte-buffer.js';
import { type ColumnChunk, PAGE_BYTES, writeChunkPages } from './chunk-writer.js';
import { columnsOf } from './columns.js';
import { CompressionCodec, MAGIC, TAIL_BYTES } from './enums.js';
import { type FileMetadata, type Location, type RowGroup, writeFileMetadata } from './metadata-writer.js';
import { writeColumnIndex, writeOffsetIndex } from './page-index-writer.js';
import type { Compress } from './page-writer.js';
import { parquetSchema } from './schema.js';
import { storedType } from './stored-types.js';
import { CompactWriter } from './thrift-writer.js';

/** A reader holds a row group at once. */
const ROW_GROUP_LIMITS: BatchLimits = { rows: 10_000, bytes: 32 * 1024 * 1024 };

/** What a reader holds of a sample beside its value: two levels of 2 bytes. */
const LEVEL_BYTES = 4;

/** What every page of this thread is made in. */
const body = new ByteBuffer(PAGE_BYTES / 8);

/**
 * The file's `created_by`, in the form that parquet-format lays down and parsers take apart: parquet-mr passes over the bounds of
 * binary columns of writers that it cannot make out. Its version is this writer's and not the release's, for the same rows are to
 * give the same bytes in every release. It grows when this writer comes to write something else, above all when a fault in what it
 * wrote is mended, so that a reader can tell files before and after.
 */
const CREATED_BY = 'idx-shards version 1.0.0 (build 1)';

const MAGIC_BYTES = new TextEncoder().encode(MAGIC);

/** What a file is written with beside its rows. */
export interface ParquetSettings {
  codec: keyof typeof CompressionCodec;
  /** The codec's compressor; none for `UNCOMPRESSED`. */
  compress?: Compress;
  kvMetadata: readonly { key: string; value: string }[];
}

/** Where the row groups of a file of this layout are cut. */
export function rowGroupLimits({ image, dtype }: TableLayout): BatchLimits {
  if (image === 'png') return ROW_GROUP_LIMITS;
  const { rows, bytes } = ROW_GROUP_LIMITS;
  const samples = bytes / (storedType(dtype).bytes + LEVEL_BYTES);
  return { rows, bytes: Math.floor(samples) * DTYPES[dtype].bytes };
}

/**
 * Writes row groups as one Parquet file (parquet-format, README.md, "File format"). A page goes to the sink as soon as it is
 * full; of what is written only metadata stay in memory, until they are written at the end.
 */
export function writeParquetShard(
  batches: Iterable<RowBatch>,
  sink: Sink,
  layout: TableLayout,
  settings: ParquetSettings,
): void {
  const file = new FileOffset(sink);
  file.write(MAGIC_BYTES);
  const columns = columnsOf(layout);
  const target = { sink: file, body, compress: settings.compress };
  const groups: WrittenGroup[] = [];
  for (const group of batches) {
    const { start, end } = group.range;
    // A shard without rows has no row groups.
    if (start === end) break;
    const chunks = columns.map((column) => writeChunkPages(column, group, target));
    groups.push({ rows: end - start, chunks });
  }
  writeFooter(file, {
    schema: parquetSchema(layout),
    rowGroups: writeIndexes(file, groups),
    codec: CompressionCodec[settings.codec],
    keyValues: settings.kvMetadata,
    createdBy: CREATED_BY,
  });
}

interface WrittenGroup {
  rows: number;
  chunks: readonly ColumnChunk[];
}

/** Writes all column indexes, then all offset indexes, as PageIndex.md lays a file out. */
function writeIndexes(file: FileOffset, groups: readonly WrittenGroup[]): RowGroup[] {
  const columnIndexes = groups.map(({ chunks }) =>
    chunks.map((chunk) =>
      chunk.bounds === undefined ? undefined : writeStruct(file, (to) => writeColumnIndex(to, chunk)),
    ),
  );
  const offsetIndexes = groups.map(({ chunks }) =>
    chunks.map((chunk) => writeStruct(file, (to) => writeOffsetIndex(to, chunk))),
  );
  return groups.map(({ rows, chunks }, i) => ({
    rows,
    chunks: chunks.map((chunk, j) => ({
      chunk,
      columnIndex: columnIndexes[i]![j],
      offsetIndex: offsetIndexes[i]![j]!,
    })),
  }));
}

/** The metadata, their length in 4 bytes, and the magic number once more. */
function writeFooter(file: FileOffset, metadata: FileMetadata): void {
  const { length } = writeStruct(file, (thrift) => writeFileMetadata(thrift, metadata));
  const trailer = new ByteBuffer(TAIL_BYTES);
  trailer.uint32(length);
  trailer.append(MAGIC_BYTES);
  file.write(trailer.filled());
}

function writeStruct(file: FileOffset, writeFields: (thrift: CompactWriter) => void): Location {
  const { offset } = file;
  const thrift = new CompactWriter();
  thrift.struct(() => writeFields(thrift));
  file.write(thrift.buffer.filled());
  return { offset, length: file.offset - offset };
}
