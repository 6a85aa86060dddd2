import { type ByteSource, viewOf } from '../../fs/byte-source.js';
import { ConvertedType, FieldRepetitionType, LogicalType, MAGIC, TAIL_BYTES } from './enums.js';
import {
  CompactReader,
  numberIn,
  structIn,
  structsIn,
  type ThriftStruct,
  textIn,
  textsIn,
} from './thrift-reader.js';

/** A leaf of the schema. */
export interface Leaf {
  /** Names from the top of the schema. */
  path: readonly string[];
  /** Number of `parquet.thrift`'s `Type`. */
  type: number;
  /** What its values are beyond that, where it matters to their bits. */
  meaning?: 'unsigned' | 'half' | undefined;
  /** The highest levels of its values. */
  maxDefinition: number;
  maxRepetition: number;
}

/** Where a column chunk lies, and what the footer tells of it. */
export interface ChunkPlace {
  leaf: Leaf;
  codec: number;
  values: number;
  offset: number;
  /** Bytes of its pages with their headers. */
  compressed: number;
  uncompressed: number;
}

/** What a Parquet file holds. */
export interface ParquetContent {
  leaves: readonly Leaf[];
  rows: number;
  groups: readonly { rows: number; chunks: readonly ChunkPlace[] }[];
  /** The keys of what else the file tells of itself, in its order. */
  keys: readonly string[];
}

/** A footer longer than this is damage, and not a size to allocate. */
const MAX_FOOTER_BYTES = 2 ** 27;
const MAX_SCHEMA_DEPTH = 32;

/**
 * Reads the footer of a Parquet file (parquet-format, README.md, "File format"), and sees that column chunks follow one
 * another from the front on without a gap.
 *
 * @throws RangeError saying what is wrong
 */
export function readFileMetadata(file: ByteSource): ParquetContent {
  if (file.bytes < MAGIC.length + TAIL_BYTES) throw new RangeError('it is too short for a Parquet file');
  const tail = Buffer.from(file.read(file.bytes - TAIL_BYTES, TAIL_BYTES));
  const front = Buffer.from(file.read(0, MAGIC.length)).toString('latin1');
  if (front !== MAGIC || tail.toString('latin1', 4) !== MAGIC)
    throw new RangeError(`it does not begin and end with ${MAGIC}`);
  const length = viewOf(tail).getUint32(0, true);
  const start = file.bytes - TAIL_BYTES - length;
  if (start < MAGIC.length || length > MAX_FOOTER_BYTES)
    throw new RangeError(`its footer cannot have ${length} bytes`);
  const reader = new CompactReader(Uint8Array.from(file.read(start, length)));
  const content = readMetadata(reader.struct());
  if (reader.at !== length) throw new RangeError('its footer goes on behind its metadata');
  expectPlaces(content, start);
  return content;
}

function readMetadata(metadata: ThriftStruct): ParquetContent {
  const leaves = readLeaves(structsIn(metadata, 2));
  const groups = structsIn(metadata, 4).map((group) => {
    const chunks = structsIn(group, 1);
    if (chunks.length !== leaves.length)
      throw new RangeError(`a row group has ${chunks.length} columns, where the schema has ${leaves.length}`);
    return { rows: numberIn(group, 3), chunks: leaves.map((leaf, at) => readChunk(leaf, chunks[at])) };
  });
  const rows = numberIn(metadata, 3);
  const inGroups = groups.reduce((sum, group) => sum + group.rows, 0);
  if (groups.some((group) => group.rows < 1) || rows !== inGroups)
    throw new RangeError(`its footer tells of ${rows} rows, and its row groups of ${inGroups}`);
  return { leaves, rows, groups, keys: structsIn(metadata, 5).map((pair) => textIn(pair, 1)) };
}

/** The schema is a list of all its elements, depth first, each with the number of its children. */
function readLeaves(elements: readonly ThriftStruct[]): Leaf[] {
  const rest = elements.values();
  const leaves: Leaf[] = [];
  const visit = (path: readonly string[], definition: number, repetition: number, depth: number): void => {
    const element = rest.next().value;
    if (element === undefined || depth > MAX_SCHEMA_DEPTH) throw new RangeError('its schema ends too soon');
    const isRoot = depth === 0;
    const kind = isRoot ? FieldRepetitionType.REQUIRED : numberIn(element, 3);
    const own = isRoot ? [] : [...path, textIn(element, 4)];
    const maxDefinition = definition + (kind === FieldRepetitionType.REQUIRED ? 0 : 1);
    const maxRepetition = repetition + (kind === FieldRepetitionType.REPEATED ? 1 : 0);
    const children = element.get(5);
    if (typeof children !== 'number' || children === 0) {
      const type = numberIn(element, 1);
      leaves.push({ path: own, type, meaning: meaningOf(element), maxDefinition, maxRepetition });
      return;
    }
    for (let child = 0; child < children; child++) visit(own, maxDefinition, maxRepetition, depth + 1);
  };
  visit([], 0, 0, 0);
  if (rest.next().done !== true) throw new RangeError('its schema has elements that belong nowhere');
  return leaves;
}

/** Integers of 8 and 16 bits are stored as 32, and have their sign there. */
function meaningOf(element: ThriftStruct): Leaf['meaning'] {
  const [converted, logical] = [element.get(6), element.get(10)];
  if (converted === ConvertedType.UINT_32 || converted === ConvertedType.UINT_64) return 'unsigned';
  return logical instanceof Map && logical.has(LogicalType.FLOAT16) ? 'half' : undefined;
}

function readChunk(leaf: Leaf, chunk: ThriftStruct | undefined): ChunkPlace {
  if (chunk === undefined) throw new RangeError('a column chunk is missing');
  const metadata = structIn(chunk, 3);
  if (textsIn(metadata, 3).join('\0') !== leaf.path.join('\0') || numberIn(metadata, 1) !== leaf.type)
    throw new RangeError(`the column chunks are not in the order of the schema's leaves`);
  return {
    leaf,
    codec: numberIn(metadata, 4),
    values: numberIn(metadata, 5),
    uncompressed: numberIn(metadata, 6),
    compressed: numberIn(metadata, 7),
    offset: metadata.has(11) ? numberIn(metadata, 11) : numberIn(metadata, 9),
  };
}

function expectPlaces({ groups }: ParquetContent, end: number): void {
  let at = MAGIC.length;
  for (const { offset, compressed, leaf } of groups.flatMap(({ chunks }) => chunks)) {
    if (offset !== at || compressed < 0 || offset + compressed > end)
      throw new RangeError(
        `the column ${leaf.path.join('.')} has ${compressed} bytes at ${offset}, not at ${at}`,
      );
    at = offset + compressed;
  }
}
