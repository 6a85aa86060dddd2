import { type ByteSource, expectWithin } from '../../src/fs/byte-source.js';

/** Bytes in memory, to be read as a file is. */
export function inMemory(bytes: Uint8Array): ByteSource {
  const source: ByteSource = {
    bytes: bytes.length,
    read(offset, length) {
      expectWithin(source, offset, length);
      return bytes.subarray(offset, offset + length);
    },
  };
  return source;
}
