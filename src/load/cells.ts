import { valuesOf } from '../dataset/feature.js';
import type { PublishedFeature } from '../directory/features.js';
import type { ShardRow } from '../directory/shard-rows.js';
import { decodeFault, fault } from '../errors.js';
import { floatsOfHalves } from '../formats/float16.js';
import { createPngDecoder } from '../formats/png/decode.js';
import type { Cell, Numbers } from '../rows/cell.js';
import type { BatchValue, Elements, ElementType, FeatureKind, FeatureValue } from './kinds.js';

/** A feature of several examples, while they are put in one after the other. */
export interface Column {
  /** Takes what stands in a row, for the next place. */
  push(cell: Cell): void;
  /** What was taken, and nothing more goes in. */
  values(): BatchValue;
}

/** Takes a feature out of rows. Everything throws `EXAMPLE_INVALID`, `IMAGE_INVALID` or `LABEL_RANGE`. */
export interface CellReader {
  name: string;
  kind: FeatureKind;
  /** Of one value; none of a label. */
  shape: readonly number[];
  /** What stands in a row, in memory of its own. */
  value(cell: Cell): FeatureValue;
  /** Room for as many rows. */
  column(rows: number): Column;
}

/** Writes what stands in a row into `out`, from `at` on. */
type Fill<T extends ElementType> = (cell: Cell, out: Elements[T], at: number) => void;

const ARRAYS: { readonly [T in ElementType]: (length: number) => Elements[T] } = {
  uint8: (length) => new Uint8Array(length),
  int8: (length) => new Int8Array(length),
  uint16: (length) => new Uint16Array(length),
  int16: (length) => new Int16Array(length),
  uint32: (length) => new Uint32Array(length),
  int32: (length) => new Int32Array(length),
  uint64: (length) => new BigUint64Array(length),
  int64: (length) => new BigInt64Array(length),
  float32: (length) => new Float32Array(length),
  float64: (length) => new Float64Array(length),
};

/**
 * What a row holds of a feature.
 *
 * @throws {DatasetError} `EXAMPLE_INVALID` where it holds nothing
 */
export function cellOf({ cells }: ShardRow, name: string): Cell {
  const cell = cells.get(name);
  if (cell !== undefined) return cell;
  throw fault('EXAMPLE_INVALID', `the feature ${name} is missing`, {
    expected: name,
    found: [...cells.keys()].join(', '),
  });
}

/** What reads a feature as a kind that it is known to have. */
export function cellReader(feature: PublishedFeature, kind: FeatureKind): CellReader {
  const { name } = feature;
  const shape = feature.kind === 'image' || feature.kind === 'tensor' ? feature.shape : [];
  switch (kind) {
    case 'image':
      return tensorReader({ name, kind, shape }, 'uint8', imageFill(name, shape));
    case 'image16':
      return tensorReader({ name, kind, shape }, 'uint16', image16Fill(name, shape));
    case 'label':
      return labelReader(name, feature.kind === 'label' ? feature.classes : 0);
    case 'png':
    case 'bytes':
      return bytesReader(name, kind, shape);
    default:
      return tensorReader({ name, kind, shape }, kind, elementsFill(feature, valuesOf(shape)));
  }
}

function tensorReader<T extends ElementType>(
  { name, kind, shape }: { name: string; kind: FeatureKind; shape: readonly number[] },
  type: T,
  fill: Fill<T>,
): CellReader {
  const size = valuesOf(shape);
  const array = ARRAYS[type];
  return {
    name,
    kind,
    shape,
    value(cell) {
      const data = array(size);
      fill(cell, data, 0);
      return { data, shape };
    },
    column(rows) {
      const data = array(rows * size);
      let row = 0;
      return {
        push: (cell) => fill(cell, data, row++ * size),
        values: () => ({ data, shape: [rows, ...shape] }),
      };
    },
  };
}

function imageFill(name: string, shape: readonly number[]): Fill<'uint8'> {
  const decode = imageDecoder(name, shape, 8);
  const copy = tensorFill(name, valuesOf(shape));
  return (cell, out, at) => {
    // Arrow and Parquet may hold the samples themselves.
    if ('numbers' in cell) copy(cell, out, at);
    else decode(cell.bytes, out, at);
  };
}

function image16Fill(name: string, shape: readonly number[]): Fill<'uint16'> {
  const size = valuesOf(shape);
  const decode = imageDecoder(name, shape, 16);
  const copy = tensorFill(name, size);
  return (cell, out, at) => {
    if ('numbers' in cell) copy(cell, out, at);
    else decode(cell.bytes, new Uint8Array(out.buffer, out.byteOffset + at * 2, size * 2), 0);
  };
}

function imageDecoder(
  name: string,
  [height = 0, width = 0, channels = 0]: readonly number[],
  depth: 8 | 16,
): (png: Uint8Array, out: Uint8Array, at: number) => void {
  const decoder = createPngDecoder({ height, width, channels, depth });
  return (png, out, at) => {
    try {
      decoder.decode(png, out, at);
    } catch (error) {
      throw decodeFault(error, 'IMAGE_INVALID', `the PNG of ${name}`);
    }
  };
}

function tensorFill(
  name: string,
  size: number,
): (cell: Cell, out: Elements[ElementType], at: number) => void {
  return (cell, out, at) => {
    const found = 'numbers' in cell ? cell.numbers.length : cell.bytes.length / out.BYTES_PER_ELEMENT;
    if (found !== size)
      throw fault('EXAMPLE_INVALID', `${name} has another size than features.json says`, {
        expected: `${size} values`,
        found: String(found),
      });
    if ('numbers' in cell) copyNumbers(cell.numbers, out, at);
    else bytesOf(out, at, size).set(cell.bytes);
  };
}

/** Halves have no typed array: TFDS's encoding `bytes` has them as they are. */
function elementsFill(feature: PublishedFeature, size: number): ReturnType<typeof tensorFill> {
  const fill = tensorFill(feature.name, size);
  if (feature.kind !== 'tensor' || feature.dtype !== 'float16') return fill;
  return (cell, out, at) => {
    const isWhole = 'bytes' in cell && cell.bytes.length % 2 === 0;
    fill(isWhole ? { numbers: floatsOfHalves(cell.bytes) } : cell, out, at);
  };
}

/** TFDS's encoding `bytes` is the elements little-endian, as typed arrays have them. */
function bytesOf(out: Elements[ElementType], at: number, size: number): Uint8Array {
  const width = out.BYTES_PER_ELEMENT;
  return new Uint8Array(out.buffer, out.byteOffset + at * width, size * width);
}

function copyNumbers(numbers: Numbers, out: Elements[ElementType], at: number): void {
  if (out instanceof Uint8Array && numbers instanceof Uint8Array) out.set(numbers, at);
  else if (out instanceof BigInt64Array || out instanceof BigUint64Array)
    for (let i = 0; i < numbers.length; i++) out[at + i] = BigInt(numbers[i] ?? 0);
  else for (let i = 0; i < numbers.length; i++) out[at + i] = Number(numbers[i]);
}

function labelReader(name: string, classes: number): CellReader {
  const read = (cell: Cell): number => {
    const label = 'numbers' in cell && cell.numbers.length === 1 ? Number(cell.numbers[0]) : undefined;
    if (label === undefined) throw fault('EXAMPLE_INVALID', `${name} is not one number`);
    // TFDS has -1 for examples whose class nobody knows.
    if (Number.isInteger(label) && label >= -1 && label < classes) return label;
    throw fault('LABEL_RANGE', `${name} is outside the classes`, {
      expected: `0 to ${classes - 1}`,
      found: String(label),
    });
  };
  return {
    name,
    kind: 'label',
    shape: [],
    value: read,
    column(rows) {
      const labels = new Int32Array(rows);
      let row = 0;
      return {
        push(cell) {
          labels[row++] = read(cell);
        },
        values: () => labels,
      };
    },
  };
}

function bytesReader(name: string, kind: 'png' | 'bytes', shape: readonly number[]): CellReader {
  const read = (cell: Cell): Uint8Array => {
    // A copy: what stands in a row may be a view of a large piece of the file.
    if ('bytes' in cell) return cell.bytes.slice();
    throw fault('EXAMPLE_INVALID', `${name} is no binary value`, {
      expected: kind === 'png' ? 'a PNG' : 'bytes',
      found: `${cell.numbers.length} numbers`,
      next: 'Read it from another format, or decoded.',
    });
  };
  return {
    name,
    kind,
    shape,
    value: (cell) => (kind === 'png' ? { png: read(cell), shape } : read(cell)),
    column() {
      const values: Uint8Array[] = [];
      return { push: (cell) => values.push(read(cell)), values: () => values };
    },
  };
}
