import type { Sink } from '../../fs/sink.js';
import { varintLength, writeVarint } from '../protobuf/varint.js';
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

/** Records of one chunk: their sizes as varints, and the records, each one behind the other. */
export interface ChunkRecords {
  count: number;
  sizes: Uint8Array;
  values: Uint8Array;
}

/** Writes a Riegeli file chunk by chunk, without compression; it keeps one chunk in memory. */
export class RiegeliWriter {
  readonly #sink: Sink;
  readonly #hash = new HighwayHash(HASH_KEY);
  readonly #blockHeader = new Uint8Array(BLOCK_HEADER_BYTES);
  readonly #blockHeaderView = new DataView(this.#blockHeader.buffer);
  /** The chunk being made, header and data; it grows to the largest one. */
  #chunk = new Uint8Array(2 * BLOCK_BYTES);
  #chunkView = new DataView(this.#chunk.buffer);
  #position = 0;

  /** Begins the file: its signature is a chunk without data. */
  constructor(sink: Sink) {
    this.#sink = sink;
    this.#writeChunk(ChunkType.SIGNATURE, 0, 0, 0);
  }

  /** Where the next chunk begins in the file. */
  get position(): number {
    return this.#position;
  }

  /** Writes a simple chunk: compression type, size of the sizes as a varint, the sizes, the values. */
  writeRecords({ count, sizes, values }: ChunkRecords): void {
    const length = 1 + varintLength(sizes.length) + sizes.length + values.length;
    this.#reserve(length);
    this.#chunk[CHUNK_HEADER_BYTES] = UNCOMPRESSED;
    const sizesStart = writeVarint(sizes.length, this.#chunk, CHUNK_HEADER_BYTES + 1);
    this.#chunk.set(sizes, sizesStart);
    this.#chunk.set(values, sizesStart + sizes.length);
    this.#writeChunk(ChunkType.SIMPLE, length, count, values.length);
  }

  /** Ends the block with a chunk of zeros, or the block after it where the rest has no room for a chunk's header. */
  padToBlock(): void {
    if (this.#position % BLOCK_BYTES === 0) return;
    const rest = BLOCK_BYTES - (this.#position % BLOCK_BYTES);
    const length = (rest < CHUNK_HEADER_BYTES ? rest + USABLE_BLOCK_BYTES : rest) - CHUNK_HEADER_BYTES;
    this.#reserve(length);
    this.#chunk.fill(0, CHUNK_HEADER_BYTES, CHUNK_HEADER_BYTES + length);
    this.#writeChunk(ChunkType.PADDING, length, 0, 0);
  }

  #reserve(dataLength: number): void {
    const length = CHUNK_HEADER_BYTES + dataLength;
    if (length <= this.#chunk.length) return;
    this.#chunk = new Uint8Array(Math.max(length, 2 * this.#chunk.length));
    this.#chunkView = new DataView(this.#chunk.buffer);
  }

  /** Writes the chunk whose data stands behind the header's place. */
  #writeChunk(type: string, dataLength: number, count: number, valuesLength: number): void {
    const view = this.#chunkView;
    const end = CHUNK_HEADER_BYTES + dataLength;
    writeUint64(dataLength, view, 8);
    this.#hash.hash(view, CHUNK_HEADER_BYTES, end, 16);
    writeUint64(type.charCodeAt(0) + count * 256, view, 24);
    writeUint64(valuesLength, view, 32);
    this.#hash.hash(view, HASH_BYTES, CHUNK_HEADER_BYTES, 0);
    this.#writeThroughBlocks(end);
  }

  /**
   * Writes the chunk's `length` bytes, a block header wherever a block begins. The format also asks for as many bytes as
   * records, which every chunk of ours has: a record takes a byte of sizes at least.
   */
  #writeThroughBlocks(length: number): void {
    const begin = this.#position;
    const end = placeInFile(withoutHeaders(begin) + length);
    for (let at = 0; at < length; ) {
      if (this.#position % BLOCK_BYTES === 0)
        this.#writeBlockHeader(this.#position - begin, end - this.#position);
      const room = BLOCK_BYTES - (this.#position % BLOCK_BYTES);
      const next = Math.min(at + room, length);
      this.#sink.write(this.#chunk.subarray(at, next));
      this.#position += next - at;
      at = next;
    }
  }

  #writeBlockHeader(previousChunk: number, nextChunk: number): void {
    const view = this.#blockHeaderView;
    writeUint64(previousChunk, view, 8);
    writeUint64(nextChunk, view, 16);
    this.#hash.hash(view, HASH_BYTES, BLOCK_HEADER_BYTES, 0);
    this.#sink.write(this.#blockHeader);
    this.#position += BLOCK_HEADER_BYTES;
  }
}

/** Writes `value` (0 to 2^53) as a little-endian u64. */
function writeUint64(value: number, out: DataView, offset: number): void {
  out.setUint32(offset, value, true);
  out.setUint32(offset + 4, Math.floor(value / 2 ** 32), true);
}
