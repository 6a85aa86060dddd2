import { describe, expect, it } from 'vitest';
import {
  FRAMING_BYTES,
  frameRecord,
  RECORD_FOOTER_BYTES,
  RECORD_HEADER_BYTES,
} from '../../../src/formats/tfrecord/framing.js';

function framed(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length + FRAMING_BYTES).fill(99);
  out.set(data, RECORD_HEADER_BYTES);
  expect(frameRecord(out, 0, RECORD_HEADER_BYTES + data.length)).toBe(out.length);
  return out;
}

describe('frameRecord', () => {
  // Made in Python: struct.pack('<Q', length), masked CRC, data, masked CRC.
  it.each([
    ['', '000000000000000029039807d8ea82a2'],
    ['abc', '0300000000000000b099490e6162636e57f121'],
  ])('frames %j', (text, expected) => {
    expect(Buffer.from(framed(new TextEncoder().encode(text))).toString('hex')).toBe(expected);
  });

  it('writes every byte of the length', () => {
    const length = 0x012345;
    const view = new DataView(framed(new Uint8Array(length)).buffer);
    expect(view.getBigUint64(0, true)).toBe(BigInt(length));
  });

  it('frames in place, at its start', () => {
    const out = new Uint8Array(40).fill(99);
    out.set([97, 98, 99], 10 + RECORD_HEADER_BYTES);
    expect(frameRecord(out, 10, 10 + RECORD_HEADER_BYTES + 3)).toBe(29);
    expect(out.subarray(10, 29)).toEqual(framed(Uint8Array.of(97, 98, 99)));
    expect([...out.subarray(0, 10), ...out.subarray(29)].every((byte) => byte === 99)).toBe(true);
  });

  it('adds 16 bytes', () => {
    expect([RECORD_HEADER_BYTES, RECORD_FOOTER_BYTES, FRAMING_BYTES]).toEqual([12, 4, 16]);
  });
});
