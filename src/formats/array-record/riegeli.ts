/**
 * Riegeli/records files (google/riegeli, `doc/riegeli_records_file_format.md`): chunks one behind the other, interrupted by
 * a block header at every 64 KiB from which a reader that lost its way finds the next chunk. Numbers are little-endian.
 *
 *     block header  u64 hash of the rest, u64 distance back to the chunk's begin, u64 distance on to its end
 *     chunk         u64 hash of the rest of the header, u64 data size, u64 hash of the data,
 *                   u8 type, u56 records, u64 size of the records; the data
 */

export const BLOCK_BYTES = 65_536;
export const BLOCK_HEADER_BYTES = 24;
export const CHUNK_HEADER_BYTES = 40;
/** Bytes of a block that chunks may have. */
export const USABLE_BLOCK_BYTES = BLOCK_BYTES - BLOCK_HEADER_BYTES;

/** The types of chunks, by the character that stands for each. */
export const ChunkType = { SIGNATURE: 's', SIMPLE: 'r', PADDING: 'p' } as const;

/** The compression type of a simple chunk that is not compressed. */
export const UNCOMPRESSED = 0;

/** What all hashes are keyed with. */
export const HASH_KEY: Uint8Array = new TextEncoder().encode('Riegeli/records\nRiegeli/records\n');

/** Where the byte at `at` of a file without block headers stands in the file; at a block's start, before its header. */
export function placeInFile(at: number): number {
  const block = Math.floor(at / USABLE_BLOCK_BYTES) * BLOCK_BYTES;
  const rest = at % USABLE_BLOCK_BYTES;
  return rest === 0 ? block : block + BLOCK_HEADER_BYTES + rest;
}

/** The other way round. */
export function withoutHeaders(place: number): number {
  const rest = place % BLOCK_BYTES;
  return Math.floor(place / BLOCK_BYTES) * USABLE_BLOCK_BYTES + Math.max(0, rest - BLOCK_HEADER_BYTES);
}
