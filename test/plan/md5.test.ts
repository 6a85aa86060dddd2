import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_KEY_BYTES, Md5Key } from '../../src/plan/md5.js';
import { times } from '../sample.js';

function digestOf(key: Md5Key, message: Uint8Array): string {
  key.block.set(message);
  key.hashKey(message.length);
  return Array.from(key.digest, (word) => word.toString(16).padStart(8, '0')).join('');
}

function md5(message: Uint8Array): string {
  return createHash('md5').update(message).digest('hex');
}

describe('Md5Key', () => {
  // RFC 1321, appendix A.5.
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ])('hashes %j as the RFC does', (text, expected) => {
    expect(digestOf(new Md5Key(), new TextEncoder().encode(text))).toBe(expected);
  });

  it('hashes every length that fits a block as node:crypto does', () => {
    const key = new Md5Key();
    const lengths = Array.from({ length: MAX_KEY_BYTES + 1 }, (_, length) => length);
    for (const length of [...lengths, ...lengths.toReversed()]) {
      const message = Uint8Array.from({ length }, (_, at) => (at * 151 + length * 7 + 200) & 0xff);
      expect(digestOf(key, message)).toBe(md5(message));
    }
  });

  it('hashes any bytes as node:crypto does, message after message', () => {
    const key = new Md5Key();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: MAX_KEY_BYTES }), (message) => {
        expect(digestOf(key, message)).toBe(md5(message));
      }),
      { numRuns: times(2000, 200) },
    );
  });

  it('takes no more than one block with its padding', () => {
    expect(MAX_KEY_BYTES).toBe(64 - 8 - 1);
  });
});
