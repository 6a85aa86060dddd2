import { join } from 'node:path';
import { DTYPE_NAMES } from '../dataset/feature.js';
import type { PublishedFeature } from '../directory/features.js';
import { type ShardRow, shardRows } from '../directory/shard-rows.js';
import type { PublishedShard } from '../directory/shards.js';
import { writeArrayRecord } from '../formats/array-record/write.js';
import type { ArrowForm } from '../formats/arrow/framing.js';
import { readIpc } from '../formats/arrow/ipc-reader.js';
import { EXTENSION_NAME } from '../formats/arrow/table-schema.js';
import { RECORD_BATCH_LIMITS, writeArrowShard } from '../formats/arrow/write.js';
import type { FormatName } from '../formats/formats.js';
import type { Decompressors } from '../formats/parquet/decompressors.js';
import { CompressionCodec } from '../formats/parquet/enums.js';
import { readFileMetadata } from '../formats/parquet/metadata-reader.js';
import { compressionOf, parquetSettings } from '../formats/parquet/settings.js';
import { rowGroupLimits, writeParquetShard } from '../formats/parquet/write.js';
import { tfrecords } from '../formats/tfrecord/read.js';
import { OpenFile } from '../fs/open-file.js';
import type { Sink } from '../fs/sink.js';
import { HUGGINGFACE, type TableLayout, tableLayout } from '../rows/table.js';
import { RowChecker } from './check-row.js';
import { ComparingSink } from './comparing-sink.js';
import { Findings } from './findings.js';
import { batchesOf, type Row } from './row-batches.js';
import { sampleBytes } from './sample-bytes.js';

/**
 * The last check of a shard in which no fault was found. A format's own checksums do not cover every byte: Arrow has none, and
 * in Parquet they are those of pages, and not of headers, bounds and indexes. The bytes of a file follow from its rows, so
 * it is written once more from them, and compared as it comes.
 */

/** What a file is written with, and the rows that go into it. */
export interface Rewriting {
  directory: string;
  features: readonly PublishedFeature[];
  /** Names of the classes, where they have some. */
  classNames: readonly string[] | undefined;
  order: Uint32Array;
  decompressors: Decompressors;
  findings: Findings;
}

const NONE = new Uint8Array(0);

/** Compares every byte of a shard's files but TFRecord's, whose checksums cover all of it, with what its rows make. */
export async function checkBytes(shard: PublishedShard, rewriting: Rewriting): Promise<void> {
  const { findings } = rewriting;
  for (const [format, name] of shard.files) {
    if (format === 'tfrecord') continue;
    const write = await writerOf(format, name, shard, rewriting);
    if (write === undefined) {
      findings.skip(`bytes of ${name} that no reader looks at`, 'it is not known what they should be');
      continue;
    }
    const file = new OpenFile(join(rewriting.directory, name));
    try {
      const sink = new ComparingSink(file);
      write(sink);
      sink.end();
    } catch (error) {
      findings.add(name, error);
    } finally {
      file.close();
    }
  }
}

type Write = (sink: Sink) => void;

async function writerOf(
  format: FormatName,
  name: string,
  shard: PublishedShard,
  rewriting: Rewriting,
): Promise<Write | undefined> {
  if (format === 'array_record') {
    const records = shard.files.get('tfrecord');
    return records === undefined
      ? undefined
      : (sink) => writeRecords(join(rewriting.directory, records), sink);
  }
  const file = new OpenFile(join(rewriting.directory, name));
  try {
    return format === 'arrow'
      ? arrowWriter(file, shard, rewriting)
      : await parquetWriter(file, shard, rewriting);
  } finally {
    file.close();
  }
}

function writeRecords(path: string, sink: Sink): void {
  const file = new OpenFile(path);
  try {
    writeArrayRecord(
      (function* () {
        for (const record of tfrecords(file)) {
          if (record instanceof Error) throw record;
          yield record;
        }
      })(),
      sink,
    );
  } finally {
    file.close();
  }
}

function arrowWriter(file: OpenFile, shard: PublishedShard, rewriting: Rewriting): Write | undefined {
  const { schema, form } = readIpc(file);
  const [image] = schema.fields;
  const isExtension = image?.metadata?.some(([key]) => key === EXTENSION_NAME) === true;
  const layout = layoutOf(rewriting, {
    image: image?.type.kind === 'struct' ? 'png' : 'tensor',
    tensors: isExtension ? 'extension' : 'list',
    columns: schema.fields.map(({ name }) => name),
  });
  if (layout === undefined) return undefined;
  const arrowForm: ArrowForm = form;
  return (sink) =>
    withRows(shard, rewriting, (rows) =>
      writeArrowShard(
        batchesOf(rows, shard.split.name, layout, RECORD_BATCH_LIMITS),
        sink,
        layout,
        arrowForm,
      ),
    );
}

async function parquetWriter(
  file: OpenFile,
  shard: PublishedShard,
  rewriting: Rewriting,
): Promise<Write | undefined> {
  const { leaves, groups, keys } = readFileMetadata(file);
  const compression = compressionOf(groups[0]?.chunks[0]?.codec ?? CompressionCodec.UNCOMPRESSED);
  const isNested = leaves.some(({ maxRepetition }) => maxRepetition > 0);
  const columns = [...new Set(leaves.map(({ path }) => path[0] ?? ''))];
  const layout = layoutOf(rewriting, {
    image: isNested ? 'tensor' : 'png',
    // What Parquet's own schema does not tell: only tensors of Arrow's extension type are not described.
    tensors: keys.includes(HUGGINGFACE) ? 'list' : 'extension',
    columns,
  });
  if (layout === undefined || compression === undefined) return undefined;
  const settings = await parquetSettings(layout, compression).catch(() => undefined);
  if (settings === undefined) return undefined;
  return (sink) =>
    withRows(shard, rewriting, (rows) =>
      writeParquetShard(
        batchesOf(rows, shard.split.name, layout, rowGroupLimits(layout)),
        sink,
        layout,
        settings,
      ),
    );
}

/** The features of a table: an image or a tensor, and its class where it has one. Of other tables the bytes are not known. */
function tableFeatures(features: readonly PublishedFeature[]) {
  const input = features.find((feature) => feature.kind === 'image' || feature.kind === 'tensor');
  const label = features.find((feature) => feature.kind === 'label');
  const dtype = DTYPE_NAMES.find((name) => input !== undefined && 'dtype' in input && name === input.dtype);
  if (input === undefined || !('dtype' in input) || dtype === undefined) return undefined;
  return features.length === (label === undefined ? 1 : 2) ? { input, dtype, label } : undefined;
}

/** The layout of a table, by what its file tells of it. */
function layoutOf(
  { features, classNames }: Rewriting,
  { image, tensors, columns }: Pick<TableLayout, 'image' | 'tensors'> & { columns: readonly string[] },
): TableLayout | undefined {
  const known = tableFeatures(features);
  if (known === undefined) return undefined;
  const { input, dtype, label } = known;
  return tableLayout(
    { input: { ...input, dtype }, label: label?.name },
    label && { classes: label.classes, classNames },
    { image, tensors, index: columns.includes('index') },
  );
}

/** The rows of a shard, which are the same in every format by now; out of Arrow they are had with the least work. */
function withRows(shard: PublishedShard, rewriting: Rewriting, use: (rows: Iterable<Row>) => void): void {
  const [format, name] =
    (['arrow', 'parquet', 'tfrecord', 'array_record'] as const)
      .map((format) => [format, shard.files.get(format)] as const)
      .find(([, name]) => name !== undefined) ?? [];
  if (format === undefined || name === undefined) return;
  const file = new OpenFile(join(rewriting.directory, name));
  try {
    use(rowsToWrite(shardRows(format, file, rewriting), shard, rewriting));
  } finally {
    file.close();
  }
}

function* rowsToWrite(
  rows: Iterable<ShardRow | Error>,
  { start }: PublishedShard,
  { features, order }: Rewriting,
): Generator<Row> {
  const known = tableFeatures(features);
  if (known === undefined) return;
  const { input, dtype, label } = known;
  const checker = new RowChecker(features, new Findings());
  const samplesOf = (row: ShardRow): Uint8Array => {
    const { cells, samples } = checker.check(row);
    const cell = cells.get(input.name);
    return (
      samples.get(input.name) ??
      (cell !== undefined && 'numbers' in cell ? sampleBytes(cell.numbers, dtype) : NONE)
    );
  };
  let place = start;
  for (const row of rows) {
    if (row instanceof Error) throw row;
    const cell = row.cells.get(input.name);
    const labels = label === undefined ? undefined : row.cells.get(label.name);
    yield {
      png: cell !== undefined && 'bytes' in cell ? cell.bytes : undefined,
      samples: () => samplesOf(row),
      label: labels !== undefined && 'numbers' in labels ? Number(labels.numbers[0]) : 0,
      number: order[place++] ?? 0,
    };
  }
}
