import { crc32, inflateSync } from 'node:zlib';
import { expect } from 'vitest';
import type { ImageShape } from '../../../src/formats/png/encode.js';

/** A PNG taken apart, by nothing of the project's own. */
export interface ReadPng extends ImageShape {
  pixels: Uint8Array;
  /** Types of the chunks, in order. */
  chunks: string[];
  /** Lengths of the IDAT chunks' data. */
  idat: number[];
  /** The zlib stream's first byte, which tells its window. */
  cmf: number;
}

const CHANNELS = new Map([
  [0, 1],
  [4, 2],
  [2, 3],
  [6, 4],
]);

/** Reads a PNG of 8-bit samples and expects every part of it to be as the PNG specification has it. */
export function readPng(png: Uint8Array): ReadPng {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    chunks.push({ type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) });
    expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  const header = chunks[0]!.data;
  expect(header).toHaveLength(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colorType, compression, filter, interlace] = header.subarray(8);
  expect([depth, compression, filter, interlace]).toEqual([8, 0, 0, 0]);
  const channels = CHANNELS.get(colorType!)!;
  expect(chunks.at(-1)).toEqual({ type: 'IEND', data: Buffer.alloc(0) });
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  return {
    height,
    width,
    channels,
    pixels: unfilter(inflateSync(Buffer.concat(parts)), { height, width, channels }),
    chunks: chunks.map(({ type }) => type),
    idat: parts.map((part) => part.length),
    cmf: parts[0]![0]!,
  };
}

/** PNG specification, section 9.2. */
function unfilter(filtered: Uint8Array, { height, width, channels }: ImageShape): Uint8Array {
  const rowBytes = width * channels;
  expect(filtered).toHaveLength(height * (rowBytes + 1));
  const pixels = new Uint8Array(height * rowBytes);
  for (let y = 0; y < height; y++) {
    const type = filtered[y * (rowBytes + 1)]!;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      const left = x < channels ? 0 : pixels[at - channels]!;
      const above = y === 0 ? 0 : pixels[at - rowBytes]!;
      const aboveLeft = x < channels || y === 0 ? 0 : pixels[at - rowBytes - channels]!;
      pixels[at] = filtered[y * (rowBytes + 1) + 1 + x]! + predict(type, left, above, aboveLeft);
    }
  }
  return pixels;
}

function predict(type: number, left: number, above: number, aboveLeft: number): number {
  if (type === 0) return 0;
  if (type === 1) return left;
  if (type === 2) return above;
  if (type === 3) return Math.floor((left + above) / 2);
  if (type === 4) return nearest(left + above - aboveLeft, [left, above, aboveLeft]);
  throw new Error(`no filter has the number ${type}`);
}

/** Paeth's predictor: whichever is nearest to the estimate, the first of equals. */
function nearest(estimate: number, candidates: readonly number[]): number {
  let best = candidates[0]!;
  for (const candidate of candidates) {
    if (Math.abs(candidate - estimate) < Math.abs(best - estimate)) best = candidate;
  }
  return best;
}
