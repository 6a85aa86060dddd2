import { crc32, deflateSync } from 'node:zlib';

/** What a PNG is made of, where it is not what is usual. */
export interface Made {
  height: number;
  width: number;
  /** 1 to 4. */
  channels: number;
  depth?: 8 | 16;
  /** The zlib stream. */
  stream: Uint8Array;
  /** Lengths of the IDAT chunks but the last one, which takes the rest. */
  cuts?: readonly number[];
  /** Chunks between head and data. */
  extra?: readonly Buffer[];
}

/** A chunk with its length and CRC. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

/** A PNG of this stream. */
export function pngOf({ height, width, channels, depth = 8, stream, cuts = [], extra = [] }: Made): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([depth, [0, 4, 2, 6][channels - 1]!], 8);
  const data: Buffer[] = [];
  let at = 0;
  for (const length of cuts) {
    data.push(chunk('IDAT', stream.subarray(at, at + length)));
    at += length;
  }
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    ...extra,
    ...data,
    chunk('IDAT', stream.subarray(at)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/**
 * Rows behind the bytes of their filters, which `filters` gives in turn, as one stream of zlib; `pixelBytes` is how far back
 * a filter looks to the left.
 */
export function filtered(
  samples: Uint8Array,
  height: number,
  pixelBytes: number,
  filters: readonly number[],
): Buffer {
  const rowBytes = samples.length / height;
  const out = Buffer.alloc(height * (rowBytes + 1));
  const at = (x: number, y: number): number => (x < 0 || y < 0 ? 0 : samples[y * rowBytes + x]!);
  for (let y = 0; y < height; y++) {
    const filter = filters[y % filters.length]!;
    out[y * (rowBytes + 1)] = filter;
    for (let x = 0; x < rowBytes; x++) {
      const [a, b, c] = [at(x - pixelBytes, y), at(x, y - 1), at(x - pixelBytes, y - 1)];
      const p = a + b - c;
      const [toA, toB, toC] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
      const foretold = [0, a, b, (a + b) >> 1, paeth][filter]!;
      out[y * (rowBytes + 1) + 1 + x] = at(x, y) - foretold;
    }
  }
  return out;
}

/** Ways to deflate, which make blocks of every type. */
export const DEFLATES: readonly ((bytes: Uint8Array) => Buffer)[] = [
  (bytes) => deflateSync(bytes, { level: 0 }),
  (bytes) => deflateSync(bytes, { level: 1 }),
  (bytes) => deflateSync(bytes, { level: 9 }),
  // Fixed codes, codes of literals alone, runs alone; and small blocks.
  (bytes) => deflateSync(bytes, { strategy: 4 }),
  (bytes) => deflateSync(bytes, { strategy: 2 }),
  (bytes) => deflateSync(bytes, { strategy: 3 }),
  (bytes) => deflateSync(bytes, { memLevel: 1 }),
];
