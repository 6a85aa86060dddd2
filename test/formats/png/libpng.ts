import { crc32 } from 'node:zlib';
import pako from 'pako';
import type { ImageShape } from '../../../src/formats/png/encode.js';

/**
 * What libpng writes, said in the plainest way: each filter tried on each row, and pako 2.1.0, a port of
 * zlib, given the rows one by one. It is slow, and shares nothing with the encoder under test.
 */
export function libpng(shape: ImageShape, pixels: Uint8Array): Uint8Array {
  const { height, width, channels } = shape;
  const row = width * channels;
  const length = height * (row + 1);
  const deflate = new pako.Deflate({
    level: 6,
    windowBits: windowBits(length),
    memLevel: 9,
    // Z_FILTERED where there are filters, else Z_DEFAULT_STRATEGY.
    strategy: width > 1 || height > 1 ? 1 : 0,
    chunkSize: 8192,
  });
  for (let y = 0; y < height; y++) deflate.push(bestRow(shape, pixels, y), false);
  deflate.push(new Uint8Array(0), true);
  const stream = deflate.result;
  optimizeHeader(stream, length);
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint32(8, 0x08000000 | ([0, 4, 2, 6][channels - 1]! << 16));
  const chunks = [chunk('IHDR', new Uint8Array(header.buffer))];
  for (let at = 0; at < stream.length; at += 8192) chunks.push(chunk('IDAT', stream.subarray(at, at + 8192)));
  chunks.push(chunk('IEND', new Uint8Array(0)));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

/** png_deflate_claim. */
function windowBits(length: number): number {
  let bits = 15;
  while (length <= 16384 && length + 262 <= 2 ** (bits - 1)) bits--;
  return bits;
}

/** optimize_cmf. */
function optimizeHeader(stream: Uint8Array, length: number): void {
  if (length > 16384) return;
  let bits = stream[0]! >> 4;
  while (bits > 0 && length <= 2 ** (bits + 7)) bits--;
  const cmf = (bits << 4) | 8;
  const flags = stream[1]! & 0xe0;
  stream[0] = cmf;
  stream[1] = flags + 31 - (((cmf << 8) + flags) % 31);
}

/** png_write_find_filter: the row under the filter of the least sum, behind the byte that names it. */
function bestRow({ height, width, channels }: ImageShape, pixels: Uint8Array, y: number): Uint8Array {
  const row = width * channels;
  const at = (x: number, line: number) => (x < 0 || line < 0 ? 0 : pixels[line * row + x]!);
  const predictors: ((a: number, b: number, c: number) => number)[] = [
    () => 0,
    (a) => a,
    (_, b) => b,
    (a, b) => (a + b) >> 1,
    paeth,
  ];
  let best = new Uint8Array(0);
  let least = Number.POSITIVE_INFINITY;
  for (const [type, predict] of predictors.entries()) {
    if (width === 1 && type !== 0 && type !== 2) continue;
    if (height === 1 && type > 1) continue;
    const filtered = new Uint8Array(row + 1);
    filtered[0] = type;
    let sum = 0;
    for (let x = 0; x < row; x++) {
      const left = x - channels;
      const residual = (at(x, y) - predict(at(left, y), at(x, y - 1), left < 0 ? 0 : at(left, y - 1))) & 0xff;
      filtered[x + 1] = residual;
      sum += residual < 128 ? residual : 256 - residual;
    }
    if (sum < least) {
      least = sum;
      best = filtered;
    }
  }
  return best;
}

function paeth(a: number, b: number, c: number): number {
  const p = a + b - c;
  const [toA, toB, toC] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  if (toA <= toB && toA <= toC) return a;
  return toB <= toC ? b : c;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length, 0);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}
