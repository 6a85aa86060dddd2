import { READING_ARCHIVES } from './archives.js';
import { COMPRESSING, UNCOMPRESSING } from './compression.js';
import { HASHING } from './hashes.js';
import type { Operation } from './operation.js';
import { DECODING_PNG, ENCODING_PNG } from './png.js';
import { READING, WRITING } from './shards.js';
import { ENCODING_SLICES, ORDERING } from './slices.js';

/** Every operation that keeps memory from one time to the next; `state.ts` says which memory that is. */
export const OPERATIONS: readonly Operation[] = [
  READING_ARCHIVES,
  ENCODING_PNG,
  DECODING_PNG,
  ENCODING_SLICES,
  ORDERING,
  HASHING,
  ...COMPRESSING,
  ...UNCOMPRESSING,
  ...WRITING,
  ...READING,
];
