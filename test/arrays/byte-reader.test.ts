import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/arrays/byte-reader.js';
import { anyCuts, cutAt, whole } from '../chunks.js';

describe('ByteReader', () => {
  const bytes = Uint8Array.from({ length: 50 }, (_, at) => at);

  it('gives pieces of any length, wherever the stream is cut', async () => {
    const pieces = fc.array(fc.nat(30), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(anyCuts(50), pieces, async (cuts, lengths) => {
        const reader = new ByteReader(cutAt(bytes, cuts));
        let at = 0;
        for (const length of lengths) {
          const target = new Uint8Array(length).fill(99);
          const filled = await reader.fill(target);
          expect(filled).toBe(Math.min(length, 50 - at));
          expect(target.subarray(0, filled)).toEqual(bytes.subarray(at, at + filled));
          expect(target.subarray(filled).every((byte) => byte === 99)).toBe(true);
          at += filled;
        }
      }),
    );
  });

  it('gives nothing behind the end, again and again', async () => {
    const reader = new ByteReader(whole(bytes));
    expect(await reader.fill(new Uint8Array(60))).toBe(50);
    for (const length of [1, 10, 0]) expect(await reader.fill(new Uint8Array(length))).toBe(0);
  });

  it('asks for no more of the stream than it needs', async () => {
    let asked = 0;
    async function* counting(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 50; at += 10) {
        asked++;
        yield bytes.subarray(at, at + 10);
      }
    }
    const reader = new ByteReader(counting());
    await reader.fill(new Uint8Array(0));
    expect(asked).toBe(0);
    await reader.fill(new Uint8Array(20));
    expect(asked).toBe(2);
  });

  it('passes on what the stream throws', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield bytes;
      throw new Error('the stream broke');
    }
    await expect(new ByteReader(failing()).fill(new Uint8Array(51))).rejects.toThrow('the stream broke');
  });
});
