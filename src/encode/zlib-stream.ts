import type { PakoStream } from 'pako/lib/zlib/deflate.js';
import deflate from 'pako/lib/zlib/deflate.js';
import ZStream from 'pako/lib/zlib/zstream.js';

/** zlib's constants that libpng sets for an image (`png_deflate_claim`), under the names of zlib.h. */
const Z_DEFLATED = 8;
const LEVEL = 6;
const Z_FILTERED = 1;
const Z_DEFAULT_STRATEGY = 0;
const Z_FINISH = 4;
const Z_STREAM_END = 1;
/** TensorFlow's `png_set_compression_mem_level`, which shapes the hash and so the matches found. */
const MEM_LEVEL = 9;
/** What deflate keeps of its window for itself, MIN_LOOKAHEAD of deflate.h. */
const MIN_LOOKAHEAD = 262;
/** libpng shrinks the window only for images up to this size. */
const SMALL_IMAGE = 16_384;

/** A compressor for streams of one length, its state reused from stream to stream. */
export interface ZlibStream {
  /** Most bytes that one stream can take. */
  readonly maxLength: number;
  /** Compresses `input` into `out` (at least {@link maxLength} bytes) and returns the stream's length. */
  compress(input: Uint8Array, out: Uint8Array): number;
}

/**
 * The zlib stream that libpng makes of an image of `length` filtered bytes.
 *
 * @param filtered whether any filter but None may be chosen: it decides zlib's strategy
 */
export function createZlibStream(length: number, filtered: boolean): ZlibStream {
  const stream: PakoStream = new ZStream();
  const strategy = filtered ? Z_FILTERED : Z_DEFAULT_STRATEGY;
  deflate.deflateInit2(stream, LEVEL, Z_DEFLATED, windowBits(length), MEM_LEVEL, strategy);
  const header = zlibHeader(length);
  return {
    maxLength: maxStreamLength(length),
    compress(input, out) {
      deflate.deflateReset(stream);
      stream.input = input;
      stream.next_in = 0;
      stream.avail_in = length;
      stream.output = out;
      stream.next_out = 0;
      stream.avail_out = out.length;
      const status = deflate.deflate(stream, Z_FINISH);
      if (status !== Z_STREAM_END) throw new Error(`deflate ended with status ${status}`);
      out.set(header);
      return stream.next_out;
    },
  };
}

/** The smallest window in which libpng lets deflate hold the whole image and its lookahead. */
function windowBits(length: number): number {
  let bits = 15;
  if (length <= SMALL_IMAGE) while (bits > 8 && length + MIN_LOOKAHEAD <= 1 << (bits - 1)) bits--;
  return bits;
}

/** CMF and FLG (RFC 1950) after libpng's `optimize_cmf`: the smallest window that holds the data, level bits 2. */
function zlibHeader(length: number): Uint8Array {
  let windowLog = Math.max(windowBits(length), 9) - 8;
  if (length <= SMALL_IMAGE) while (windowLog > 0 && length <= 1 << (windowLog + 7)) windowLog--;
  const cmf = (windowLog << 4) | Z_DEFLATED;
  const levelBits = 2 << 6;
  return Uint8Array.of(cmf, levelBits + 31 - (((cmf << 8) + levelBits) % 31));
}

/** zlib's `deflateBound` for a window that is not the default one, with the wrapper's six bytes. */
function maxStreamLength(length: number): number {
  return length + ((length + 7) >> 3) + ((length + 63) >> 6) + 5 + 6;
}
