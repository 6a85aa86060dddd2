import { HASH_BYTES, HighwayHash } from '../../dist/src/formats/array-record/highway-hash.js';
import { maskedCrc32c } from '../../dist/src/formats/tfrecord/crc32c.js';
import { bytesOf, type Content, contentText } from './content.js';
import type { Operation } from './operation.js';

const hasher = new HighwayHash(new TextEncoder().encode('Riegeli/records\nRiegeli/records\n'));

/** Checksums of bytes of many lengths: CRC-32C by its tables, and the one HighwayHash that a file's chunks share. */
export const HASHING: Operation = {
  name: 'checksums',
  tries: 6,
  cases: (pick) => {
    const lengths = [100_000, 0, 1, 31, 32, 33, 63, 64, 65, 4096];
    const contents = lengths.flatMap((bytes): Content[] => [
      { kind: 'noise', bytes, seed: pick(2 ** 31) },
      { kind: 'zeros', bytes, seed: 0 },
    ]);
    return contents.map((content) => ({
      name: contentText(content),
      run: () => {
        const bytes = bytesOf(content);
        const view = new DataView(new ArrayBuffer(HASH_BYTES + bytes.length));
        new Uint8Array(view.buffer).set(bytes, HASH_BYTES);
        hasher.hash(view, HASH_BYTES, view.byteLength, 0);
        return [String(maskedCrc32c(bytes, 0, bytes.length)), new Uint8Array(view.buffer, 0, HASH_BYTES)];
      },
    }));
  },
};
