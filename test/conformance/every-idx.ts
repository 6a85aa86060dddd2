import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DTYPES, type DType, valuesOf } from '../../src/dataset/feature.js';
import { IDX_DTYPES, idx, idxCode } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { defineWords } from '../fixtures/own-files.js';

/** A data set of rows of one kind, in one split `train`. */
export interface EveryIdx {
  name: string;
  dtype: DType;
  /** Dimensions of a row in its file. */
  shape: readonly number[];
  rows: number;
  /** What its labels are, if any. */
  labels?: 'uint8' | 'int8' | 'int16' | 'int32';
  /** How many classes there are: labels go from 0 to one less. */
  classes?: number;
  as?: 'tensor';
  /** Whether NaNs are among the values. */
  nan?: boolean;
  shards?: number;
}

const SHAPES: readonly (readonly number[])[] = [[], [5], [3, 5], [2, 3, 2]];
const LABELS = [undefined, 'uint8', 'int8', 'int16', 'int32'] as const;

/** Every type with every number of dimensions, with labels of every type and without; and all kinds of images. */
export const EVERY_IDX: readonly EveryIdx[] = [
  ...IDX_DTYPES.flatMap((dtype, i) =>
    SHAPES.map((shape, rank): EveryIdx => {
      const labels = LABELS[(i + rank) % LABELS.length];
      const nan = rank % 2 === 1;
      const many = { rows: rank < 2 ? 3000 : 1700, shards: rank === 2 ? 3 : 1 };
      const named = labels === undefined ? {} : { labels, classes: labels === 'int32' ? 2 ** 31 - 1 : 11 };
      return { name: `${dtype}_${rank}`, dtype, shape, as: 'tensor', nan, ...many, ...named };
    }),
  ),
  { name: 'float32_flat_nan', dtype: 'float32', shape: [], rows: 500, nan: true },
  {
    name: 'float64_flat_nan',
    dtype: 'float64',
    shape: [],
    rows: 500,
    nan: true,
    labels: 'uint8',
    classes: 2,
  },
  { name: 'gray', dtype: 'uint8', shape: [9, 7], rows: 50 },
  { name: 'gray_channel', dtype: 'uint8', shape: [9, 7, 1], rows: 50, labels: 'int32', classes: 300 },
  { name: 'rgb', dtype: 'uint8', shape: [9, 7, 3], rows: 50, labels: 'int16', classes: 20_000, shards: 2 },
  { name: 'rgba', dtype: 'uint8', shape: [5, 8, 4], rows: 50 },
  { name: 'two_channels', dtype: 'uint8', shape: [5, 8, 2], rows: 50, labels: 'uint8', classes: 5 },
];

/** Bytes like noise; floating-point numbers with infinities, zeros of both signs and, where asked for, NaNs among them. */
export function elementsOf({ dtype, shape, rows, nan = false }: EveryIdx): Uint8Array {
  const { bytes: size, kind } = DTYPES[dtype];
  const count = rows * valuesOf(shape);
  const bytes = Buffer.alloc(count * size);
  let state = 2463534242;
  for (let at = 0; at < bytes.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[at] = state;
  }
  if (kind !== 'float') return bytes;
  const specials =
    size === 4
      ? ['7f800000', 'ff800000', '80000000', '00000000', '00000001']
      : ['7ff0000000000000', 'fff0000000000000', '8000000000000000', '0000000000000000', '0000000000000001'];
  const nans =
    size === 4
      ? ['7fc00000', '7f800001', 'ffc12345']
      : ['7ff8000000000000', '7ff0000000000001', 'fff8000000012345'];
  for (let at = 0; at < count; at++) {
    const value = bytes.subarray(at * size, (at + 1) * size);
    // An exponent that is not all ones: neither an infinity nor a NaN.
    value[0]! &= 0xbf;
    const special = at % 17 === 3 ? specials[at % specials.length] : undefined;
    const wanted = nan && at % 29 === 5 ? nans[at % nans.length] : special;
    if (wanted !== undefined) value.write(wanted, 'hex');
  }
  return bytes;
}

/** Labels of every class that so many rows can have, the last class among them. */
function labelsOf({ labels, classes = 1, rows }: EveryIdx): Uint8Array {
  const size = DTYPES[labels ?? 'uint8'].bytes;
  const bytes = Buffer.alloc(rows * size);
  for (let row = 0; row < rows; row++)
    bytes.writeUIntBE(classes - 1 - ((row * 7) % Math.min(classes, rows)), row * size, size);
  return bytes;
}

/** Where a data set's files are, and the words that name them. */
export interface WrittenIdx {
  folder: string;
  words: string[];
  definition: string;
}

/** Writes the files of a data set and its definition into a folder of its own. */
export async function writeEveryIdx(parent: string, every: EveryIdx): Promise<WrittenIdx> {
  const folder = join(parent, every.name);
  await mkdir(folder);
  const file = async (name: string, dtype: DType, dimensions: readonly number[], elements: Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, idx(dimensions, elements, idxCode(dtype)));
    return path;
  };
  const { name, dtype, shape, rows, labels } = every;
  const files = [await file('rows.idx', dtype, [rows, ...shape], elementsOf(every))];
  if (labels !== undefined) files.push(await file('labels.idx', labels, [rows], labelsOf(every)));
  const words = ['--name', name, '--train', ...files, ...(every.as === undefined ? [] : ['--as', every.as])];
  const definition = join(folder, 'definition.json');
  const { code, stderr } = await run(process.execPath, defineWords([...words, '--out', definition]));
  if (code !== 0) throw new Error(`define ${words.join(' ')} ended with ${code}: ${stderr}`);
  return { folder, words, definition };
}
