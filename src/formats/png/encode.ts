import { DatasetError } from '../../errors.js';
import { ENCODER_WASM } from './encoder-wasm.js';

/** Height and width in pixels; channels are gray, gray and alpha, RGB, or RGBA, of 8 bits each. */
export interface ImageShape {
  height: number;
  width: number;
  channels: number;
}

/** Encodes images of one shape, one after the other, with memory of its own that it uses again. */
export interface PngEncoder {
  /** Upper bound in bytes of one encoded image: the room that `encode` needs at `offset`. */
  readonly maxLength: number;
  /**
   * Encodes the image that starts at `pixels[start]`, rows top down, channels interleaved, writes the PNG to
   * `out` from `offset` on, and returns its end there. Either array may lie in shared memory.
   *
   * @throws RangeError where `pixels` does not hold the image or `out` the PNG.
   */
  encode(pixels: Uint8Array, start: number, out: Uint8Array, offset: number): number;
}

/** What `assembly/png.ts` exports; addresses are those of its memory. */
interface EncoderExports {
  memory: WebAssembly.Memory;
  configure(height: number, width: number, channels: number): void;
  pixels: WebAssembly.Global;
  output: WebAssembly.Global;
  maxLength: WebAssembly.Global;
  encode(): number;
}

/** Bytes of an image. The encoder's memory is some 2.2 times as large, a few rows and 1.2 MB; its addresses are 32 bit integers. */
const MAX_IMAGE_LENGTH = 2 ** 28;

/** What a PNG has before its first IDAT: the signature, and IHDR. */
const HEAD_LENGTH = 33;
/** What a chunk has beside its data, and how long libpng lets the data of an IDAT become. */
const CHUNK_OVERHEAD = 12;
const IDAT_LENGTH = 8192;

/**
 * Upper bound in bytes of an encoded image of this shape, which is what its encoder gives as `maxLength`: where only that is
 * wanted, there need be no encoder. `configure` of `assembly/png.ts` says why it is enough.
 *
 * @throws DatasetError `IDX_DIMENSIONS` as {@link createPngEncoder} does.
 */
export function maxPngLength({ height, width, channels }: ImageShape): number {
  expectShape({ height, width, channels });
  const filtered = height * (width * channels + 1);
  const stream = filtered + Math.floor(filtered / 8) + Math.floor(filtered / 1024) + 64;
  return HEAD_LENGTH + stream + CHUNK_OVERHEAD * (Math.floor(stream / IDAT_LENGTH) + 2);
}

let compiled: WebAssembly.Module | undefined;

/**
 * An encoder whose output is that of TensorFlow's `tf.io.encode_png`, byte for byte: libpng 1.6 with its
 * default filters, and zlib 1.2.13 or later at level 6 and memLevel 9. The encoder proper is the WebAssembly
 * module compiled from the folder `assembly`.
 *
 * @throws DatasetError `IDX_DIMENSIONS` where a side is no positive integer or the image has more than 2^28
 * bytes.
 */
export function createPngEncoder({ height, width, channels }: ImageShape): PngEncoder {
  const size = height * width * channels;
  expectShape({ height, width, channels });
  compiled ??= new WebAssembly.Module(Buffer.from(ENCODER_WASM, 'base64'));
  const encoder = new WebAssembly.Instance<EncoderExports>(compiled).exports;
  encoder.configure(height, width, channels);
  const memory = new Uint8Array(encoder.memory.buffer);
  const input = encoder.pixels.value;
  const output = encoder.output.value;
  return {
    maxLength: encoder.maxLength.value,
    encode(pixels, start, out, offset) {
      if (start + size > pixels.length)
        throw new RangeError(`no ${size} bytes of pixels at ${start} of ${pixels.length}`);
      memory.set(pixels.subarray(start, start + size), input);
      const length = encoder.encode();
      out.set(memory.subarray(output, output + length), offset);
      return offset + length;
    },
  };
}

function expectShape({ height, width, channels }: ImageShape): void {
  const sides = [height, width, channels];
  const size = height * width * channels;
  if (sides.every((side) => Number.isInteger(side) && side > 0) && channels <= 4 && size <= MAX_IMAGE_LENGTH)
    return;
  throw new DatasetError('IDX_DIMENSIONS', 'An image of this shape cannot be a PNG here.', {
    expected: `positive height and width, 1 to 4 channels, at most ${MAX_IMAGE_LENGTH} bytes`,
    found: `${height} x ${width} x ${channels}`,
  });
}
