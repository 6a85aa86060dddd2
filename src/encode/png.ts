import { crc32 } from './crc32.js';
import { createFilter } from './filter.js';
import { createZlibStream } from './zlib-stream.js';

/** Height, width and channels of an image of 8-bit samples. */
export interface ImageShape {
  height: number;
  width: number;
  /** 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA. */
  channels: number;
}

/** Encodes images of one shape, one after the other. */
export interface PngEncoder {
  /** Upper bound in bytes of one encoded image: the room that `encode` needs at `offset`. */
  readonly maxLength: number;
  /**
   * Encodes the image whose samples stand at `pixels[start]`, rows top down, channels interleaved, writes the PNG to
   * `out[offset]` and returns the offset behind it.
   */
  encode(pixels: Uint8Array, start: number, out: Uint8Array, offset: number): number;
}

/** PNG specification, section 5.2. */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Colour types by number of channels: PNG specification, section 11.2.2. */
const COLOR_TYPES = [undefined, 0, 4, 2, 6];
/** libpng's default compression buffer: it cuts the stream into IDAT chunks of this many bytes. */
const IDAT_BYTES = 8192;
/** Length, type and CRC around a chunk's data. */
const CHUNK_OVERHEAD = 12;
const HEADER_BYTES = SIGNATURE.length + CHUNK_OVERHEAD + 13;

/** A PNG encoder whose bytes are those of `tf.io.encode_png`, that is of libpng with its default settings. */
export function createPngEncoder(shape: ImageShape): PngEncoder {
  const { height, width, channels } = shape;
  const filtered = createFilter(height, width * channels, channels);
  const zlib = createZlibStream(filtered.bytes.length, height > 1 || width > 1);
  const stream = new Uint8Array(zlib.maxLength);
  const header = pngHeader(shape);
  const chunks = Math.ceil(stream.length / IDAT_BYTES);
  return {
    maxLength: header.length + stream.length + (chunks + 1) * CHUNK_OVERHEAD,
    encode(pixels, start, out, offset) {
      filtered.filter(pixels, start);
      const length = zlib.compress(filtered.bytes, stream);
      out.set(header, offset);
      let at = offset + header.length;
      for (let from = 0; from < length; from += IDAT_BYTES) {
        at = writeChunk('IDAT', stream.subarray(from, Math.min(from + IDAT_BYTES, length)), out, at);
      }
      return writeChunk('IEND', new Uint8Array(0), out, at);
    },
  };
}

function pngHeader({ height, width, channels }: ImageShape): Uint8Array {
  const ihdr = new Uint8Array(13);
  const view = new DataView(ihdr.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  ihdr[8] = 8;
  ihdr[9] = COLOR_TYPES[channels]!;
  const header = new Uint8Array(HEADER_BYTES);
  header.set(SIGNATURE);
  writeChunk('IHDR', ihdr, header, SIGNATURE.length);
  return header;
}

/** Writes a chunk (PNG specification, section 5.3) and returns the offset behind it. */
function writeChunk(type: string, data: Uint8Array, out: Uint8Array, offset: number): number {
  writeUint32(data.length, out, offset);
  for (let at = 0; at < 4; at++) out[offset + 4 + at] = type.charCodeAt(at);
  out.set(data, offset + 8);
  const end = offset + 8 + data.length;
  writeUint32(crc32(out, offset + 4, end), out, end);
  return end + 4;
}

function writeUint32(value: number, out: Uint8Array, offset: number): void {
  out[offset] = value >>> 24;
  out[offset + 1] = value >>> 16;
  out[offset + 2] = value >>> 8;
  out[offset + 3] = value;
}
