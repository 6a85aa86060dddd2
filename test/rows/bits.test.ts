import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BitPacker, unpackBits } from '../../src/rows/bits.js';

it('bools that come in pieces are packed, the least bit first, and unpacked', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ max: 1, maxLength: 20 }), { maxLength: 8 }), (pieces) => {
      const bools = pieces.flatMap((piece) => [...piece]);
      const packer = new BitPacker(bools.length);
      for (const piece of pieces) packer.append(piece);
      const bytes = Array.from({ length: Math.ceil(bools.length / 8) }, (_, byte) =>
        bools.slice(byte * 8, byte * 8 + 8).reduce((sum, bool, bit) => sum + bool * 2 ** bit, 0),
      );
      expect([...packer.bytes]).toEqual(bytes);
      expect([...unpackBits(packer.bytes, bools.length)]).toEqual(bools);
    }),
  );
});
