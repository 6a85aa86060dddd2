import { type ByteSource, NotRead, safeUint64, viewOf } from '../../fs/byte-source.js';
import { readVarint } from '../protobuf/varint.js';
import { HASH_BYTES, HighwayHash } from './highway-hash.js';
import {
  BLOCK_BYTES,
  BLOCK_HEADER_BYTES,
  CHUNK_HEADER_BYTES,
  ChunkType,
  HASH_KEY,
  placeInFile,
  UNCOMPRESSED,
  USABLE_BLOCK_BYTES,
  withoutHeaders,
} from './riegeli.js';

const HASHER = new HighwayHash(HASH_KEY);
/** A chunk has one example, or the index of a file. */
const MAX_CHUNK_BYTES = 2 ** 31;

/** A chunk: its data with the block headers taken out, and where it begins and ends in the file. */
export interface RiegeliChunk {
  /** One of `ChunkType`, as far as the format is followed. */
  type: string;
  data: Uint8Array;
  /** How many records the header tells of, and their bytes. */
  records: number;
  valueBytes: number;
  begin: number;
  end: number;
}

/**
 * The chunks of a file from front to back, every hash, distance and byte of padding checked.
 *
 * @throws RangeError saying what is wrong
 */
export function* riegeliChunks(file: ByteSource): Generator<RiegeliChunk> {
  if (file.bytes === 0 || file.bytes % BLOCK_BYTES !== 0)
    throw new RangeError(`it has ${file.bytes} bytes, which are no whole blocks of ${BLOCK_BYTES}`);
  const usable = (file.bytes / BLOCK_BYTES) * USABLE_BLOCK_BYTES;
  for (let at = 0; at < usable; ) {
    const chunk = readChunk(file, at, usable);
    yield chunk;
    at = withoutHeaders(chunk.end);
  }
}

/**
 * The chunk that begins at a place of the file, checked as {@link riegeliChunks} does.
 *
 * @throws RangeError saying what is wrong
 */
export function riegeliChunkAt(file: ByteSource, begin: number): RiegeliChunk {
  const usable = Math.floor(file.bytes / BLOCK_BYTES) * USABLE_BLOCK_BYTES;
  const at = withoutHeaders(begin);
  if (!(at >= 0 && at < usable && placeInFile(at) === begin))
    throw new RangeError(`no chunk can begin at ${begin}`);
  return readChunk(file, at, usable);
}

/** @param at where the chunk begins in the file without block headers, which has `usable` bytes */
function readChunk(file: ByteSource, at: number, usable: number): RiegeliChunk {
  if (at + CHUNK_HEADER_BYTES > usable) throw new RangeError('it ends inside the header of a chunk');
  const header = readThroughBlocks(file, at, CHUNK_HEADER_BYTES);
  const view = viewOf(header);
  const begin = placeInFile(at);
  expectHash(header.subarray(HASH_BYTES), view, 0, `the header of the chunk at ${begin}`);
  const length = safeUint64(view, 8);
  if (length > MAX_CHUNK_BYTES || at + CHUNK_HEADER_BYTES + length > usable)
    throw new RangeError(`the chunk at ${begin} cannot have ${length} bytes`);
  const data = readThroughBlocks(file, at + CHUNK_HEADER_BYTES, length);
  expectHash(data, view, 16, `the data of the chunk at ${begin}`);
  const type = String.fromCharCode(view.getUint8(24));
  if (type !== ChunkType.SIMPLE && data.some((byte) => byte !== 0))
    throw new RangeError(`the chunk at ${begin} is padded with more than zeros`);
  const end = placeInFile(at + CHUNK_HEADER_BYTES + length);
  expectBlockHeaders(file, begin, end);
  const records = view.getUint32(25, true) + view.getUint8(29) * 2 ** 32;
  if (view.getUint8(30) !== 0 || view.getUint8(31) !== 0)
    throw new RangeError('a chunk has too many records');
  return { type, data, records, valueBytes: safeUint64(view, 32), begin, end };
}

/** The sizes and the records of a simple chunk without compression: a zero, the size of the sizes, the sizes, the values. */
export function chunkRecords({ data, records, valueBytes, begin }: RiegeliChunk): Uint8Array[] {
  if (data[0] !== UNCOMPRESSED) throw new NotRead('compressed chunks are not read');
  const sizesBytes = numberAt(data, 1);
  const sizesEnd = sizesBytes.end + sizesBytes.value;
  const found: Uint8Array[] = [];
  let value = sizesEnd;
  let at = sizesBytes.end;
  while (at < sizesEnd && value <= data.length) {
    const size = numberAt(data, at);
    found.push(data.subarray(value, value + size.value));
    value += size.value;
    at = size.end;
  }
  if (at !== sizesEnd || value !== data.length || found.length !== records || value - sizesEnd !== valueBytes)
    throw new RangeError(`the records of the chunk at ${begin} are not of the sizes that it tells of`);
  return found;
}

function numberAt(bytes: Uint8Array, start: number): { value: number; end: number } {
  const number = readVarint(bytes, start);
  if (number === undefined) throw new RangeError('a number in a chunk is cut short');
  return number;
}

function readThroughBlocks(file: ByteSource, start: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let filled = 0; filled < length; ) {
    const rest = (start + filled) % USABLE_BLOCK_BYTES;
    const size = Math.min(length - filled, USABLE_BLOCK_BYTES - rest);
    // At a block's start, what is read stands behind its header.
    const place = placeInFile(start + filled) + (rest === 0 ? BLOCK_HEADER_BYTES : 0);
    bytes.set(file.read(place, size), filled);
    filled += size;
  }
  return bytes;
}

/** Every block header within a chunk, or at its begin, tells the distances to the chunk's begin and end. */
function expectBlockHeaders(file: ByteSource, begin: number, end: number): void {
  for (let block = Math.ceil(begin / BLOCK_BYTES) * BLOCK_BYTES; block < end; block += BLOCK_BYTES) {
    const header = Uint8Array.from(file.read(block, BLOCK_HEADER_BYTES));
    const view = viewOf(header);
    expectHash(header.subarray(HASH_BYTES), view, 0, `the header of the block at ${block}`);
    if (safeUint64(view, 8) !== block - begin || safeUint64(view, 16) !== end - block)
      throw new RangeError(`the header of the block at ${block} tells of another chunk`);
  }
}

/** Memory that every hash uses again: the hash, and what is hashed behind it. */
let room = new DataView(new ArrayBuffer(4096));

function expectHash(bytes: Uint8Array, stored: DataView, at: number, what: string): void {
  const end = HASH_BYTES + bytes.length;
  if (end > room.byteLength) room = new DataView(new ArrayBuffer(2 * end));
  new Uint8Array(room.buffer).set(bytes, HASH_BYTES);
  HASHER.hash(room, HASH_BYTES, end, 0);
  if (room.getUint32(0) !== stored.getUint32(at) || room.getUint32(4) !== stored.getUint32(at + 4))
    throw new RangeError(`${what} has another hash than the one stored with it`);
}
