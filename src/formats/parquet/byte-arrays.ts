import type { ByteArrays } from '../../rows/images.js';
import { type ByteBuffer, putUint32 } from './byte-buffer.js';
import { type ChunkEncoder, type EncodedPage, PAGE_BYTES } from './column.js';
import { writeDefinitionLevels } from './levels.js';
import { type Bounds, lowerBound, upperBound } from './statistics.js';

/** PLAIN has the length of a binary value in 4 bytes before it. */
const LENGTH_BYTES = 4;

/** Encodes binary values that are never null, PLAIN. */
export class ByteArrayEncoder implements ChunkEncoder {
  readonly #values: ByteArrays;
  readonly #order: Uint32Array;
  readonly #level: number;
  readonly #boundLimit: number;

  /** `level` is the highest definition level, `boundLimit` how long a value in the statistics may be. */
  constructor(
    values: ByteArrays,
    { order, level, boundLimit }: { order: Uint32Array; level: number; boundLimit: number },
  ) {
    this.#values = values;
    this.#order = order;
    this.#level = level;
    this.#boundLimit = boundLimit;
  }

  encodePage(body: ByteBuffer, start: number, end: number): EncodedPage {
    const { pageEnd, bytes } = this.#cut(start, end);
    writeDefinitionLevels(body, this.#level, pageEnd - start);
    body.reserve(bytes);
    const bounds = this.#encode(body, start, pageEnd);
    return { end: pageEnd, values: pageEnd - start, bounds };
  }

  /** How many rows make a page, and how many bytes their values take. */
  #cut(start: number, end: number): { pageEnd: number; bytes: number } {
    let bytes = 0;
    for (let place = start; place < end; place++) {
      const size = LENGTH_BYTES + this.#values.lengthOf(this.#order[place]!);
      if (place > start && bytes + size > PAGE_BYTES) return { pageEnd: place, bytes };
      bytes += size;
    }
    return { pageEnd: end, bytes };
  }

  /** The least and the most value are known by where they lie in the page, and taken out of it at its end. */
  #encode(body: ByteBuffer, start: number, end: number): Bounds {
    const { bytes } = body;
    let at = body.length;
    const least = { start: at + LENGTH_BYTES, end: 0 };
    const most = { start: at + LENGTH_BYTES, end: 0 };
    for (let place = start; place < end; place++) {
      at += LENGTH_BYTES;
      const last = this.#values.write(this.#order[place]!, bytes, at);
      putUint32(bytes, at - LENGTH_BYTES, last - at);
      if (place === start || comesBefore(bytes, at, last, least.start, least.end)) {
        least.start = at;
        least.end = last;
      }
      if (place === start || comesBefore(bytes, most.start, most.end, at, last)) {
        most.start = at;
        most.end = last;
      }
      at = last;
    }
    body.length = at;
    return {
      min: lowerBound(bytes.subarray(least.start, least.end), this.#boundLimit),
      max: upperBound(bytes.subarray(most.start, most.end), this.#boundLimit),
    };
  }
}

/** Whether `bytes[a..aEnd)` comes before `bytes[b..bEnd)`, as unsigned bytes. */
function comesBefore(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  let [x, y] = [a, b];
  while (x < aEnd && y < bEnd) {
    const difference = bytes[x++]! - bytes[y++]!;
    if (difference !== 0) return difference < 0;
  }
  return aEnd - a < bEnd - b;
}
