import { endianness } from 'node:os';

/**
 * A shuffle file has the encoded rows of a part of a split on their way from the machine that encoded them to those that write shards:
 * bucket behind bucket, a bucket being the rows whose hashes begin alike. A bucket is a sequence of blocks, each
 *
 *     u32 bytes of the run, u32 its CRC-32
 *     the run, as `rows/spill/bucket.ts` has it
 *
 * with numbers in little-endian order. A range of buckets is a range of bytes, which is read without the rest: that is what the
 * checksums of blocks are for.
 */
export const BLOCK_HEAD_BYTES = 8;

/** How many values the first 32 bits of a hash take in one of so many buckets. */
export function bucketSpan(buckets: number): number {
  return 2 ** 32 / buckets;
}

/** Machines whose numbers stand the other way round would take part with files that no other one reads. */
export function expectLittleEndian(): void {
  if (endianness() !== 'LE') throw new Error('rows go between machines with little-endian numbers only');
}
