import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DType, rowBytesOf, valuesOf } from '../../src/dataset/feature.js';
import { FORMAT_NAMES, hasColumns } from '../../src/formats/formats.js';
import { COMPRESSIONS, type CompressionName } from '../../src/formats/parquet/settings.js';
import { defineDataset, type FormatName } from '../../src/index.js';
import { maxRecordBytes } from '../../src/prepare/encode-slice.js';
import { planSpill } from '../../src/rows/spill/memory.js';
import { spilledRowBytes } from '../../src/rows/spill/row-store.js';
import { TENSOR_TYPES, type TensorType } from '../../src/rows/table.js';
import { gzip, IDX_DTYPES, idx, idxCode } from '../fixtures/archives.js';
import { numbers, oneOf, type Pick } from '../fuzz/fuzz.js';
import { KINDS } from '../history/content.js';
import { elementsOf, featuresOf, type Rows } from '../history/split.js';

/** What of a run may change its bytes; and the memory, which may not. */
export interface CaseOptions {
  formats: readonly FormatName[];
  compression: CompressionName;
  image: 'png' | 'tensor';
  tensors: TensorType;
  index: boolean;
  arrowForm: 'file' | 'stream';
  numShards: number;
  /** In bytes; the default's where nothing is said. */
  memory?: number;
}

/** A data set of one's own, and how it is prepared. */
export interface SameBytesCase {
  name: string;
  splits: readonly { name: string; rows: Rows }[];
  options: CaseOptions;
}

/** How large cases may become. */
export interface CaseLimits {
  rows: number;
  /** Of all rows of a split in its IDX file. */
  bytes: number;
  shards: number;
  /** Shards of all formats and splits. */
  files: number;
}

/** What every case is to work with: the memory has to do for so many. */
export const WORKERS = [1, 2, 3, 8] as const;

/** Kinds that stand at the ends of what there is; the rest of a case is drawn. */
const ENDS: readonly ((limits: CaseLimits) => Partial<Rows>)[] = [
  () => ({ kind: 'image', dtype: 'uint8', shape: [300, 300, 1], rows: 5 }),
  // Too large for the least memory: it is spilled.
  () => ({ kind: 'tensor', dtype: 'float32', shape: [15, 10], rows: 2000, content: 'noise' }),
  ({ rows }) => ({ kind: 'tensor', dtype: 'float64', shape: [], rows }),
  ({ shards }) => ({ kind: 'image', dtype: 'uint8', shape: [28, 28, 1], rows: 6 * shards }),
  () => ({ kind: 'tensor', dtype: 'int16', shape: [7, 11], rows: 1 }),
  ({ rows }) => ({ kind: 'image', dtype: 'uint8', shape: [1, 1, 1], rows }),
];

/** So many cases, the same ones from the same seed; the first have the ends of what there is. */
export function sameBytesCases(seed: number, count: number, limits: CaseLimits): SameBytesCase[] {
  return Array.from({ length: count }, (_, at) => oneCase(numbers(seed + at), at, limits));
}

function oneCase(pick: Pick, at: number, limits: CaseLimits): SameBytesCase {
  const train: Rows = { ...drawnRows(pick, limits), ...ENDS[at]?.(limits) };
  const test: Rows = { ...train, rows: between(pick, 1, train.rows), seed: train.seed + 1 };
  const splits = [{ name: 'train', rows: train }, ...(pick(2) === 0 ? [{ name: 'test', rows: test }] : [])];
  const formats = pick(3) === 0 ? FORMAT_NAMES.filter(() => pick(2) === 0) : FORMAT_NAMES;
  const options = {
    formats: formats.length === 0 ? (['parquet'] as const) : formats,
    compression: oneOf(pick, COMPRESSIONS),
    image: oneOf(pick, ['png', 'png', 'tensor'] as const),
    tensors: oneOf(pick, TENSOR_TYPES),
    index: pick(2) === 0,
    arrowForm: oneOf(pick, ['file', 'stream'] as const),
  };
  const fewest = Math.min(...splits.map(({ rows }) => rows.rows));
  const most = Math.min(fewest, limits.shards, Math.floor(limits.files / formats.length / splits.length));
  const numShards = at === 3 ? most : between(pick, 1, Math.max(1, most));
  // Every other case as little memory as will do.
  const memory = at % 2 === 0 ? {} : { memory: leastMemory(train, options) };
  return { name: `case_${at}`, splits, options: { ...options, numShards, ...memory } };
}

function drawnRows(pick: Pick, limits: CaseLimits): Rows {
  const isImage = pick(2) === 0;
  const dtype: DType = isImage ? 'uint8' : oneOf(pick, IDX_DTYPES);
  const shape = isImage
    ? [between(pick, 1, 300), between(pick, 1, 300), oneOf(pick, [1, 1, 3, 4])]
    : Array.from({ length: pick(4) }, () => between(pick, 1, 40));
  const most = Math.max(1, Math.min(limits.rows, Math.floor(limits.bytes / rowBytesOf({ dtype, shape }))));
  return {
    kind: isImage ? 'image' : 'tensor',
    dtype,
    shape,
    rows: between(pick, 1, most),
    labels: pick(3) > 0,
    content: oneOf(pick, KINDS),
    seed: pick(2 ** 31),
  };
}

/** A whole number from `least` to `most`: small ones as often as large ones. */
function between(pick: Pick, least: number, most: number): number {
  const drawn = least * (most / least) ** (pick(2 ** 20) / 2 ** 20);
  return Math.min(most, Math.max(least, Math.round(drawn)));
}

/** The least budget of 1, 2, 4, ... MiB with which a split can be spilled for the most workers. */
function leastMemory(
  of: Rows,
  { formats, image }: { formats: readonly FormatName[]; image: string },
): number {
  const hasSamples = (of.kind === 'tensor' || image === 'tensor') && formats.some(hasColumns);
  const rowBytes = spilledRowBytes(maxRecordBytes(featuresOf(of)), hasSamples ? rowBytesOf(of) : 0);
  for (let memory = 2 ** 20; ; memory *= 2) {
    try {
      planSpill(memory, { rows: of.rows, rowBytes, threads: Math.max(...WORKERS) });
      return memory;
    } catch {
      // Too little.
    }
  }
}

/** What is known of a case in one line. */
export function caseText({ name, splits, options }: SameBytesCase): string {
  const { formats, numShards, memory, compression, image, tensors, arrowForm, index } = options;
  const rows = splits.map(({ rows }) => rows.rows).join('+');
  const { dtype, shape, content, labels, kind } = splits[0]!.rows;
  const what = `${rows} ${kind}s of ${[...shape, dtype].join('x')}, ${content}${labels ? ', labels' : ''}`;
  const how = [`${numShards} shards`, formats.join('+'), compression, image, tensors, arrowForm];
  if (index) how.push('index');
  if (memory !== undefined) how.push(`${memory / 2 ** 20} MiB`);
  return `${name}: ${what}; ${how.join(', ')}`;
}

/** Writes a case's files, and its definition beside them, whose path it gives. */
export async function writeCase(parent: string, { name, splits }: SameBytesCase): Promise<string> {
  const folder = join(parent, name);
  await mkdir(folder);
  const { kind, dtype, shape, labels, seed } = splits[0]!.rows;
  // Gray images come without their one channel, too.
  const sides = kind === 'image' && shape[2] === 1 && seed % 3 > 0 ? shape.slice(0, 2) : shape;
  const files = splits.map(async ({ name: split, rows }) => {
    const { rows: count, seed } = rows;
    const images = join(folder, `${split}-rows${seed % 2 === 0 ? '.gz' : ''}`);
    const bytes = idx([count, ...sides], elementsOf(rows, 0, count), idxCode(dtype));
    await writeFile(images, images.endsWith('.gz') ? gzip(bytes) : bytes);
    if (!labels) return { name: split, images };
    const labelsPath = join(folder, `${split}-labels`);
    await writeFile(labelsPath, idx([count], labelBytes(rows)));
    return { name: split, images, labels: labelsPath };
  });
  const { definition } = await defineDataset({ name, as: kind, splits: await Promise.all(files) });
  const path = join(folder, 'definition.json');
  await writeFile(path, JSON.stringify(definition));
  return path;
}

function labelBytes({ rows, seed, shape }: Rows): Uint8Array {
  const pick = numbers(seed);
  const classes = 1 + (valuesOf(shape) % 120);
  return Uint8Array.from({ length: rows }, () => pick(classes));
}
