import { crc32, inflateSync } from 'node:zlib';
import { viewOf } from '../../fs/byte-source.js';

/** Height, width and channels of an image. */
export type PngShape = readonly [height: number, width: number, channels: number];

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const HEADER_BYTES = 13;
/** Length, type and CRC around a chunk's data. */
const CHUNK_OVERHEAD = 12;
/** Memory that zlib is given before it is known how much comes. */
const MAX_INFLATED_AT_ONCE = 2 ** 20;
/** Color types (PNG specification, section 11.2.2) by their channels. */
const COLOR_TYPES = [0, 4, 2, 6];

/**
 * The samples of a PNG of 8 bits a sample, which must be of this shape, every part of it as the PNG specification has it:
 * signature, chunks and their CRCs, a zlib stream of the exact length with its checksum, filters.
 *
 * @returns `height * width * channels` bytes
 * @throws RangeError saying what is wrong
 */
export function decodePng(png: Uint8Array, [height, width, channels]: PngShape): Uint8Array {
  const { header, data } = readChunks(png);
  const expected = [width, height, 8, COLOR_TYPES[channels - 1], 0, 0, 0];
  const view = viewOf(header);
  const found = [view.getUint32(0), view.getUint32(4), ...header.subarray(8)];
  if (found.join() !== expected.join())
    throw new RangeError(
      `its head says ${found.join(' ')}, not ${expected.join(' ')} (width, height, depth, color, methods)`,
    );
  return unfilter(inflated(data, height * (1 + width * channels)), height, width * channels, channels);
}

/** Chunks in the order IHDR, IDAT as often as it comes, IEND: what an encoder of gray or colored samples needs. */
function readChunks(png: Uint8Array): { header: Uint8Array; data: Uint8Array } {
  const view = viewOf(png);
  if (Buffer.compare(png.subarray(0, SIGNATURE.length), SIGNATURE) !== 0)
    throw new RangeError('it has not the signature of a PNG');
  const data: Uint8Array[] = [];
  let header: Uint8Array | undefined;
  for (let at = SIGNATURE.length; ; ) {
    if (at + CHUNK_OVERHEAD > png.length) throw new RangeError('it ends before its chunk IEND');
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > png.length) throw new RangeError('a chunk is longer than what is left');
    if (crc32(png.subarray(at + 4, end)) !== view.getUint32(end))
      throw new RangeError('a chunk has another CRC than the one stored with it');
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    const content = png.subarray(at + 8, end);
    at = end + 4;
    if (header === undefined) {
      if (type !== 'IHDR' || content.length !== HEADER_BYTES) throw new RangeError('it has no chunk IHDR');
      header = content;
    } else if (type === 'IDAT') {
      data.push(content);
    } else if (type === 'IEND' && content.length === 0) {
      if (at !== png.length) throw new RangeError('it goes on behind its chunk IEND');
      const [only] = data;
      return { header, data: data.length === 1 && only !== undefined ? only : Buffer.concat(data) };
    } else {
      throw new RangeError(`it has a chunk ${JSON.stringify(type)} of ${content.length} bytes`);
    }
  }
}

/** The content of a zlib stream that has exactly so many bytes, and nothing behind it. */
function inflated(stream: Uint8Array, length: number): Uint8Array {
  try {
    // One byte more shows that there are more.
    const chunkSize = Math.max(64, Math.min(length + 1, MAX_INFLATED_AT_ONCE));
    const options = { info: true, chunkSize, maxOutputLength: length + 1 };
    const result: unknown = inflateSync(stream, options);
    if (!isWithInfo(result)) throw new TypeError('zlib gave no info');
    const { buffer, engine } = result;
    if (buffer.length !== length)
      throw new RangeError(`it inflates to ${buffer.length} bytes, not ${length}`);
    if (engine.bytesWritten !== stream.length) throw new RangeError('its zlib stream ends too soon');
    return buffer;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError || error instanceof TypeError) throw error;
    throw new RangeError(`its zlib stream is damaged: ${error.message}`, { cause: error });
  }
}

interface WithInfo {
  buffer: Uint8Array;
  engine: { bytesWritten: number };
}

/** The types of Node.js know nothing of the option `info`. */
function isWithInfo(value: unknown): value is WithInfo {
  return typeof value === 'object' && value !== null && 'buffer' in value && 'engine' in value;
}

/** Undoes the filters (PNG specification, section 9.2); the row above the first and what is left of a row count as zeros. */
function unfilter(filtered: Uint8Array, height: number, rowBytes: number, distance: number): Uint8Array {
  const samples = new Uint8Array(height * rowBytes);
  let above: Uint8Array | undefined;
  for (let y = 0; y < height; y++) {
    const from = y * (rowBytes + 1);
    const type = filtered[from] ?? 0;
    const row = samples.subarray(y * rowBytes, (y + 1) * rowBytes);
    row.set(filtered.subarray(from + 1, from + 1 + rowBytes));
    undoFilter(type, row, above, distance);
    above = row;
  }
  return samples;
}

function undoFilter(type: number, row: Uint8Array, above: Uint8Array | undefined, distance: number): void {
  if (type > 4) throw new RangeError(`no filter has the number ${type}`);
  // Without a row above, Up adds nothing.
  if (type === 0 || (type === 2 && above === undefined)) return;
  if (type === 2 && above !== undefined) {
    for (let x = 0; x < row.length; x++) row[x] = (row[x] ?? 0) + (above[x] ?? 0);
  } else if (type === 1) {
    for (let x = distance; x < row.length; x++) row[x] = (row[x] ?? 0) + (row[x - distance] ?? 0);
  } else {
    for (let x = 0; x < row.length; x++) {
      const left = x < distance ? 0 : (row[x - distance] ?? 0);
      const up = above?.[x] ?? 0;
      const upLeft = x < distance ? 0 : (above?.[x - distance] ?? 0);
      row[x] = (row[x] ?? 0) + (type === 3 ? (left + up) >> 1 : nearest(left, up, upLeft));
    }
  }
}

/** Paeth's predictor: whichever is nearest to the estimate, the first of equals. */
function nearest(left: number, up: number, upLeft: number): number {
  const toLeft = Math.abs(up - upLeft);
  const toUp = Math.abs(left - upLeft);
  const toUpLeft = Math.abs(left + up - 2 * upLeft);
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
