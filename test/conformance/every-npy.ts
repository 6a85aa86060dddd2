import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DTYPE_NAMES, DTYPES, type DType, valuesOf } from '../../src/dataset/feature.js';
import { prepare, readDefinition } from '../../src/index.js';
import type { TensorType } from '../../src/rows/table.js';
import { idxCode } from '../fixtures/archives.js';
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

/** What IDX has not, of every number of dimensions, in both orders of bytes; what it has, little-endian. */
export const EVERY_NPY: readonly EveryNpy[] = DTYPE_NAMES.flatMap((dtype, i) =>
  SHAPES.flatMap((shape, rank): EveryNpy[] => {
    const isIdx = idxCode(dtype) !== undefined;
    if (isIdx && rank % 2 === 1) return [];
    return [
      {
        name: `${dtype}_${rank}`,
        dtype,
        littleEndian: isIdx || rank < 2,
        shape,
        rows: rank === 0 ? 1201 : 401,
        nan: rank % 2 === 1,
        labels: LABELS[(i + rank) % LABELS.length],
        shards: rank === 2 ? 3 : 1,
        tensors: rank === 3 ? 'extension' : 'list',
      },
    ];
  }),
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

/** Prepares a data set from the arrays that {@link writeEveryNpy} wrote; gives its directory. */
export async function prepareNpy(
  out: string,
  { shards: numShards, tensors }: EveryNpy,
  { folder: archives, definition }: WrittenNpy,
): Promise<string> {
  const options = { out, archives, cacheDir: join(out, 'cache'), numShards, tensors, workers: 1 };
  return (await prepare(await readDefinition(definition), options)).directory;
}
