import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetDefinition, featuresOf, parseDefinition } from '../../src/dataset/definition.js';
import { DTYPE_NAMES, DTYPES, type DType, valuesOf } from '../../src/dataset/feature.js';
import { manifestFiles } from '../../src/directory/manifest/files.js';
import { DEFAULT_FORMATS, type ShardLayout, shardTemplate, writeShard } from '../../src/formats/formats.js';
import { FRAMING_BYTES } from '../../src/formats/tfrecord/framing.js';
import { shardFileName } from '../../src/plan/filename.js';
import { orderOfRows } from '../../src/plan/order.js';
import { shardRanges } from '../../src/plan/shards.js';
import { encodeSlice } from '../../src/prepare/encode-slice.js';
import type { EncodedSplit } from '../../src/rows/spill/row-store.js';
import { type TensorType, tableLayout } from '../../src/rows/table.js';
import { sha256 } from '../fixtures/folder.js';
import { npy, turned } from '../fixtures/npy.js';
import { elementsOf as noise } from './every-idx.js';

/** A data set of tensors in one split `train`, in arrays as numpy keeps them. */
export interface EveryNpy {
  name: string;
  dtype: DType;
  littleEndian: boolean;
  /** Dimensions of a row. */
  shape: readonly number[];
  rows: number;
  /** Whether NaNs are among the values. */
  nan: boolean;
  /** The type of its labels, if any; they go from 0 to 10, and from 0 to 1 where they are bools. */
  labels?: DType | undefined;
  shards: number;
  tensors: TensorType;
}

const SHAPES: readonly (readonly number[])[] = [[], [5], [3, 5], [2, 3, 2]];
const LABELS = [undefined, 'int64', 'uint64', 'bool', 'uint16', 'uint32'] as const;

/** Every type with every number of dimensions, in both orders of bytes. */
export const EVERY_NPY: readonly EveryNpy[] = DTYPE_NAMES.flatMap((dtype, i) =>
  SHAPES.map((shape, rank) => ({
    name: `${dtype}_${rank}`,
    dtype,
    littleEndian: (i + rank) % 2 === 0,
    shape,
    rows: rank === 0 ? 1201 : 401,
    nan: rank % 2 === 1,
    labels: LABELS[(i + rank) % LABELS.length],
    shards: rank === 2 ? 3 : 1,
    tensors: rank === 3 ? 'extension' : 'list',
  })),
);

/** What stands at the ends of integers, and around where a double or a varint grows, as bits. */
const INTEGERS = [0n, -1n, 1n, 2n ** 63n, 2n ** 63n - 1n, 2n ** 31n, 2n ** 32n, 2n ** 53n + 1n, -(2n ** 31n)];
/** Infinities, zeros, subnormal halves, the greatest; and NaNs. */
const HALVES = [0x7c00, 0xfc00, 0x8000, 0x0000, 0x0001, 0x83ff, 0x0400, 0x7bff, 0xfbff];
const HALF_NANS = [0x7e00, 0x7c01, 0xfe12];

/** Bytes like noise, big-endian, with the ends of the type's range among them; of bools 0 and 1. */
function bigEndian({ dtype, shape, rows, nan }: EveryNpy): Buffer {
  const { bytes: size, kind } = DTYPES[dtype];
  if (kind === 'float' && size > 2) return Buffer.from(noise({ name: '', dtype, shape, rows, nan }));
  const elements = Buffer.from(noise({ name: '', dtype: 'uint8', shape: [valuesOf(shape) * size], rows }));
  if (kind === 'bool') return elements.map((byte) => byte & 1) as Buffer;
  const view = new DataView(elements.buffer, elements.byteOffset, elements.length);
  for (let at = 0; at < elements.length / size; at++) {
    if (kind === 'float') {
      // An exponent that is not all ones.
      elements[2 * at]! &= 0xbf;
      if (nan && at % 29 === 5) view.setUint16(2 * at, HALF_NANS[at % HALF_NANS.length]!);
      else if (at % 17 === 3) view.setUint16(2 * at, HALVES[at % HALVES.length]!);
    } else if (at % 17 === 3) {
      const bits = BigInt.asUintN(64, INTEGERS[at % INTEGERS.length]!) << BigInt(64 - 8 * size);
      const special = Buffer.alloc(8);
      special.writeBigUInt64BE(BigInt.asUintN(64, bits));
      elements.set(special.subarray(0, size), at * size);
    }
  }
  return elements;
}

/** The elements of a data set, in its order of bytes. */
export function elementsOf(every: EveryNpy): Buffer {
  const elements = bigEndian(every);
  return every.littleEndian ? turned(elements, every.dtype) : elements;
}

/** Where a data set's files are. */
export interface WrittenNpy {
  folder: string;
  definition: string;
}

/** Writes the arrays of a data set and its definition into a folder of its own. */
export async function writeEveryNpy(parent: string, every: EveryNpy): Promise<WrittenNpy> {
  const folder = join(parent, every.name);
  await mkdir(folder, { recursive: true });
  const { dtype, littleEndian, shape, rows, labels } = every;
  const file = async (name: string, bytes: Buffer) => {
    await writeFile(join(folder, name), bytes);
    return { file: name, bytes: bytes.length, sha256: sha256(bytes) };
  };
  const images = await file('rows.npy', npy({ dtype, littleEndian }, [rows, ...shape], elementsOf(every)));
  const named = labels && {
    label: { name: 'label', classes: 11 },
    labels: await file('labels.npy', npy({ dtype: labels, littleEndian }, [rows], labelElements(every))),
  };
  const value = {
    name: every.name,
    version: '1.0.0',
    description: `Tensors of ${dtype}.`,
    mirrors: [],
    tensor: { name: 'features', dtype, shape },
    ...(named && { label: named.label }),
    splits: [{ name: 'train', rows, images, ...(named && { labels: named.labels }) }],
  };
  const definition = join(folder, 'definition.json');
  await writeFile(definition, JSON.stringify(value));
  return { folder, definition };
}

/** The class of a row. */
const labelOf = ({ labels }: EveryNpy, row: number): number => (row * 7) % (labels === 'bool' ? 2 : 11);

function labelElements(every: EveryNpy): Buffer {
  const { rows, labels = 'uint8', littleEndian } = every;
  const { bytes } = DTYPES[labels];
  const elements = Buffer.alloc(rows * bytes);
  for (let row = 0; row < rows; row++)
    elements[row * bytes + (littleEndian ? 0 : bytes - 1)] = labelOf(every, row);
  return elements;
}

/** Prepares a data set of which the rows are at hand: encoder, writers and manifests, and nothing that reads files. */
export async function prepareRows(
  parent: string,
  every: EveryNpy,
  definition: DatasetDefinition,
): Promise<string> {
  const directory = join(parent, every.name, '1.0.0');
  await mkdir(directory, { recursive: true });
  const { name, rows, tensors } = every;
  const features = featuresOf(definition);
  const layout: ShardLayout = {
    table: tableLayout(features, definition.label, { tensors }),
    compression: 'snappy',
    arrowForm: 'file',
  };
  const split = encodedSplit(every, definition);
  const ranges = shardRanges('train', rows, every.shards);
  for (const format of DEFAULT_FORMATS)
    for (const [shard, range] of ranges.entries()) {
      const place = { dataset: name, split: 'train', format, shard, shards: ranges.length };
      const path = join(directory, shardFileName(place, shardTemplate(format)));
      await writeShard({ format, path, range, split, layout });
    }
  const numBytes = split.recordBytes - rows * FRAMING_BYTES;
  const shardLengths = ranges.map(({ start, end }) => end - start);
  const splits = [{ name: 'train', numBytes, shardLengths }];
  for (const [file, text] of manifestFiles({
    definition,
    splits,
    formats: DEFAULT_FORMATS,
    table: layout.table,
  }))
    await writeFile(join(directory, file), text);
  return directory;
}

function encodedSplit(every: EveryNpy, definition: DatasetDefinition): EncodedSplit {
  const { rows, littleEndian } = every;
  const bytes = elementsOf(every);
  const elements = new Uint8Array(new SharedArrayBuffer(bytes.length));
  elements.set(bytes);
  const features = featuresOf(definition);
  const labels = every.labels && Uint32Array.from({ length: rows }, (_, row) => labelOf(every, row));
  const slice = encodeSlice({
    keys: { splitName: 'train' },
    features,
    firstRow: 0,
    rows,
    elements,
    littleEndian,
    keepSamples: true,
    labels,
  });
  const order = orderOfRows({ splitName: 'train' }, rows).map((row) => slice.rowNumbers.indexOf(row));
  const encoded = { name: 'train', slices: [slice], sliceRows: rows, order };
  return { state: 'in memory', encoded, rows, recordBytes: slice.records.length, keptBytes: 0 };
}

/** A definition as {@link writeEveryNpy} wrote it. */
export function definitionIn(text: string): DatasetDefinition {
  return parseDefinition(JSON.parse(text), 'the test');
}
