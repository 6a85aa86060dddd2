import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { unpackBits } from '../../rows/bits.js';
import { ALL_ROWS, type Cell, type ColumnRow, type RowRange } from '../../rows/cell.js';
import { floatsOfHalves } from '../float16.js';
import type { Decompressors } from './decompressors.js';
import { CompressionCodec, Encoding, Type } from './enums.js';
import { readHybrid, sizedLevels } from './hybrid-reader.js';
import { type ChunkPlace, type Leaf, readFileMetadata } from './metadata-reader.js';
import { chunkPages, type Decompress, type ParquetPage } from './page-reader.js';
import { HALF_BYTES } from './stored-types.js';

/** Values of one page, or of a dictionary. */
type Values = { bytes: readonly Uint8Array[] } | { numbers: PlainNumbers };
type PlainNumbers =
  | Uint8Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/**
 * The rows of a Parquet file; a page of each column is in memory at a time. A list's elements are those of one row, under
 * the name of the column that has it. Row groups outside the range are not read.
 *
 * @throws RangeError saying what is wrong
 */
export function* parquetRows(
  file: ByteSource,
  decompressors: Decompressors,
  { start, end }: RowRange = ALL_ROWS,
): Generator<ColumnRow> {
  const { groups } = readFileMetadata(file);
  const codec = groups[0]?.chunks[0]?.codec ?? CompressionCodec.UNCOMPRESSED;
  if (groups.some(({ chunks }) => chunks.some((chunk) => chunk.codec !== codec)))
    throw new RangeError('its column chunks are compressed in different ways');
  const decompress = decompressors.get(codec);
  let first = 0;
  for (const { rows, chunks } of groups) {
    const before = first;
    first += rows;
    if (before >= end) return;
    if (first <= start) continue;
    const columns = chunks.map((chunk) => ({
      name: columnName(chunk.leaf),
      cells: chunkCells(file, chunk, decompress),
    }));
    for (let row = 0; row < rows; row++) {
      if (before + row >= end) return;
      const cells = new Map<string, Cell>();
      for (const { name, cells: next } of columns) {
        const { value, done } = next.next();
        if (done === true) throw new RangeError(`the column ${name} ends after ${row} of ${rows} rows`);
        cells.set(name, value);
      }
      if (before + row >= start) yield cells;
    }
    for (const { name, cells } of columns)
      if (cells.next().done !== true) throw new RangeError(`the column ${name} has more than ${rows} rows`);
  }
}

/** A field of a struct is called `column.field`; the inner names of a list say nothing. */
function columnName({ path, maxRepetition }: Leaf): string {
  return maxRepetition > 0 ? (path[0] ?? '') : path.join('.');
}

function* chunkCells(
  file: ByteSource,
  chunk: ChunkPlace,
  decompress: Decompress | undefined,
): Generator<Cell> {
  let dictionary: Values | undefined;
  let values = 0;
  for (const page of chunkPages(file, chunk, decompress)) {
    if (page.isDictionary) {
      if (dictionary !== undefined || values > 0)
        throw new RangeError('a dictionary comes where none belongs');
      dictionary = plainValues(chunk.leaf, page.content, page.values);
    } else {
      values += page.values;
      yield* pageCells(chunk.leaf, page, dictionary);
    }
  }
  if (values !== chunk.values)
    throw new RangeError(`a column chunk has ${values} values, where the footer tells of ${chunk.values}`);
}

function* pageCells(leaf: Leaf, page: ParquetPage, dictionary: Values | undefined): Generator<Cell> {
  const { content, values: count } = page;
  let at = 0;
  const levels = (highest: number): Uint8Array | undefined => {
    if (highest === 0) return undefined;
    const part = sizedLevels(content, at);
    at += 4 + part.length;
    return readHybrid(part, 32 - Math.clz32(highest), count);
  };
  const repetitions = levels(leaf.maxRepetition);
  if (levels(leaf.maxDefinition)?.some((level) => level !== leaf.maxDefinition))
    throw new RangeError(`the column ${leaf.path.join('.')} has a null`);
  const values = pageValues(leaf, page, content.subarray(at), dictionary);
  if (repetitions === undefined) {
    for (let value = 0; value < count; value++) yield cellOf(values, value, value + 1);
    return;
  }
  if (count > 0 && repetitions[0] !== 0) throw new RangeError('a page begins inside a row');
  for (let start = 0; start < count; ) {
    const next = repetitions.indexOf(0, start + 1);
    const end = next === -1 ? count : next;
    yield cellOf(values, start, end);
    start = end;
  }
}

/** The values of a page, which stand in `encoded`, behind its levels. */
function pageValues(
  leaf: Leaf,
  { encoding, values: count }: ParquetPage,
  encoded: Uint8Array,
  dictionary: Values | undefined,
): Values {
  switch (encoding) {
    case Encoding.PLAIN:
      return plainValues(leaf, encoded, count);
    case Encoding.PLAIN_DICTIONARY:
    case Encoding.RLE_DICTIONARY:
      return dictionaryValues(dictionary, encoded, count);
    default:
      throw new RangeError(`a page has the encoding ${encoding}, which is not read`);
  }
}

function cellOf(values: Values, start: number, end: number): Cell {
  if ('numbers' in values) return { numbers: values.numbers.slice(start, end) };
  const [bytes] = end === start + 1 ? values.bytes.slice(start, end) : [];
  if (bytes === undefined) throw new RangeError('lists of binary values are not read');
  return { bytes };
}

function dictionaryValues(dictionary: Values | undefined, indices: Uint8Array, count: number): Values {
  if (dictionary === undefined)
    throw new RangeError('a page has indices into a dictionary that is not there');
  const [width = 0] = indices;
  const places = readHybrid(indices.subarray(1), width, count);
  const highest = places.reduce((most, place) => Math.max(most, place), 0);
  const size = 'bytes' in dictionary ? dictionary.bytes.length : dictionary.numbers.length;
  if (count > 0 && highest >= size) throw new RangeError('an index leads out of its dictionary');
  if ('numbers' in dictionary) return { numbers: chosen(dictionary.numbers, places) };
  const { bytes } = dictionary;
  return { bytes: Array.from(places, (place) => bytes[place] ?? new Uint8Array(0)) };
}

/** The numbers at these places. Of a page of samples these are millions: a loop takes a fraction of what `from` does. */
function chosen(numbers: PlainNumbers, places: Uint8Array): PlainNumbers {
  const count = places.length;
  if (numbers instanceof BigInt64Array || numbers instanceof BigUint64Array) {
    const out = numbers instanceof BigInt64Array ? new BigInt64Array(count) : new BigUint64Array(count);
    for (let at = 0; at < count; at++) out[at] = numbers[places[at]!]!;
    return out;
  }
  const out = roomLike(numbers, count);
  for (let at = 0; at < count; at++) out[at] = numbers[places[at]!]!;
  return out;
}

/** An array of the same kind. */
function roomLike<T extends Exclude<PlainNumbers, BigInt64Array | BigUint64Array>>(like: T, count: number) {
  if (like instanceof Uint8Array) return new Uint8Array(count);
  if (like instanceof Int32Array) return new Int32Array(count);
  if (like instanceof Uint32Array) return new Uint32Array(count);
  return like instanceof Float32Array ? new Float32Array(count) : new Float64Array(count);
}

/** How the numbers of a type are read, which take so many bytes each. */
interface PlainReader {
  bytes: number;
  read: (bytes: Uint8Array) => PlainNumbers;
}

/** The numbers of each type; a copy of their bytes is aligned as typed arrays ask for. */
const NUMBERS: Readonly<Record<number, PlainReader | undefined>> = {
  [Type.INT32]: { bytes: 4, read: (bytes) => new Int32Array(Uint8Array.from(bytes).buffer) },
  [Type.INT64]: { bytes: 8, read: (bytes) => new BigInt64Array(Uint8Array.from(bytes).buffer) },
  [Type.FLOAT]: { bytes: 4, read: (bytes) => new Float32Array(Uint8Array.from(bytes).buffer) },
  [Type.DOUBLE]: { bytes: 8, read: (bytes) => new Float64Array(Uint8Array.from(bytes).buffer) },
};

const UNSIGNED: typeof NUMBERS = {
  [Type.INT32]: { bytes: 4, read: (bytes) => new Uint32Array(Uint8Array.from(bytes).buffer) },
  [Type.INT64]: { bytes: 8, read: (bytes) => new BigUint64Array(Uint8Array.from(bytes).buffer) },
};

const HALVES: typeof NUMBERS = {
  [Type.FIXED_LEN_BYTE_ARRAY]: { bytes: HALF_BYTES, read: floatsOfHalves },
};

function readerOf({ type, meaning }: Leaf): PlainReader | undefined {
  if (meaning === 'half') return HALVES[type];
  return (meaning === 'unsigned' ? UNSIGNED : NUMBERS)[type];
}

function plainValues(leaf: Leaf, bytes: Uint8Array, count: number): Values {
  const { type } = leaf;
  if (type === Type.BYTE_ARRAY) return { bytes: byteArrays(bytes, count) };
  const isBool = type === Type.BOOLEAN;
  const reader = readerOf(leaf);
  if (!isBool && reader === undefined) throw new RangeError(`values of the type ${type} are not read`);
  if (bytes.length !== (reader === undefined ? Math.ceil(count / 8) : count * reader.bytes))
    throw new RangeError(`${count} values do not take ${bytes.length} bytes`);
  return { numbers: reader === undefined ? unpackBits(bytes, count) : reader.read(bytes) };
}

function byteArrays(bytes: Uint8Array, count: number): Uint8Array[] {
  const view = viewOf(bytes);
  const values: Uint8Array[] = [];
  let at = 0;
  for (let value = 0; value < count; value++) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (at + 4 + length > bytes.length) throw new RangeError(`value ${value} of a page is cut short`);
    values.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  if (at !== bytes.length) throw new RangeError('a page goes on behind its values');
  return values;
}
