import {
  ByteWriter,
  type ColumnSource,
  type KeyValue,
  type ParquetWriteOptions,
  ParquetWriter,
} from 'hyparquet-writer';
import type { ShardRange } from '../plan/shards.js';
import type { EncodedSplit } from './encoded-split.js';
import { parquetSchema } from './parquet-schema.js';
import type { Sink } from './sink.js';
import { batchRanges, encodedImage, imagePath, imageSamples, type TableLayout } from './table.js';

/** hyparquet-writer holds a sample of a tensor as several entries of JavaScript arrays: its row groups are cut much earlier. */
const ROW_GROUP_LIMITS = {
  png: { rows: 10_000, bytes: 32 * 1024 * 1024 },
  tensor: { rows: 10_000, bytes: 1024 * 1024 },
};

/** What hyparquet-writer is told beside schema and rows. */
export interface ParquetSettings {
  codec: 'SNAPPY' | 'ZSTD' | 'UNCOMPRESSED';
  /** The codec's compressor, where hyparquet-writer does not bring it. */
  compressors?: NonNullable<ParquetWriteOptions['compressors']>;
  kvMetadata: KeyValue[];
}

/** Writes the rows at the places of `range` as one Parquet file, a row group at a time. */
export function writeParquetShard(
  split: EncodedSplit,
  range: ShardRange,
  sink: Sink,
  layout: TableLayout,
  settings: ParquetSettings,
): void {
  const writer = new ParquetWriter({
    writer: new SinkWriter(sink),
    schema: parquetSchema(layout),
    // Enough for a whole path; of an image it is the header, which says nothing, in any length.
    statisticsTruncateLength: 64,
    ...settings,
    createdBy: 'idx-shards',
  });
  for (const group of batchRanges(split, range, layout, ROW_GROUP_LIMITS[layout.image])) {
    writer.write({ columnData: columnData(split, group, layout), rowGroupSize: group.end - group.start });
  }
  writer.finish();
}

/** hyparquet-writer's own file writer opens its file by name for every chunk; this one hands each row group to the sink. */
class SinkWriter extends ByteWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    super();
    this.#sink = sink;
  }

  flush(): void {
    this.#sink.write(this.getBytes());
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}

function columnData(split: EncodedSplit, group: ShardRange, layout: TableLayout): ColumnSource[] {
  const { columns, image } = layout;
  const rows = Array.from(split.order.subarray(group.start, group.end));
  const images =
    image === 'png'
      ? rows.map((row) => ({ bytes: encodedImage(split, row), path: imagePath(split.name, row) }))
      : rows.map((row) => Array.from(imageSamples(split, row, layout)));
  const data: ColumnSource[] = [
    // A dictionary of images that all differ would only be tried and thrown away.
    { name: columns.image, data: images, encoding: 'PLAIN', columnIndex: true },
    { name: columns.label, data: rows.map((row) => BigInt(split.labels[row]!)), columnIndex: true },
  ];
  if (columns.index !== undefined)
    data.push({ name: columns.index, data: rows.map(BigInt), columnIndex: true });
  return data;
}
