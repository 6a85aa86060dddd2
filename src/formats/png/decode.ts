import { DECODER_WASM } from './decoder-wasm.js';

/** What images are like: sides in pixels; gray, gray and alpha, RGB, or RGBA; 8 or 16 bits a sample. */
export interface PngForm {
  height: number;
  width: number;
  channels: number;
  depth: 8 | 16;
}

/** Decodes images of one form, one after the other, with memory of its own that it uses again. */
export interface PngDecoder {
  /**
   * Writes the samples of a PNG to `out`, from `offset` on: rows top down, channels interleaved, samples of 16 bits in two
   * bytes, the lower one first. Chunks that need not be understood are passed over.
   *
   * @throws RangeError saying what is wrong: any damage to what is used of the image is seen, by its CRCs at least
   */
  decode(png: Uint8Array, out: Uint8Array, offset: number): void;
}

/** What `assembly/decode/png.ts` exports; addresses are those of its memory. */
interface DecoderExports {
  memory: WebAssembly.Memory;
  configure(height: number, width: number, channels: number, depth: number): void;
  makeRoom(bytes: number): void;
  decode(length: number): number;
  found: WebAssembly.Global;
  samples: WebAssembly.Global;
  input: WebAssembly.Global;
}

/** Node.js and browsers declare the types of exports each in another way. */
function isDecoder(exports: unknown): exports is DecoderExports {
  if (typeof exports !== 'object' || exports === null) return false;
  return ['memory', 'configure', 'makeRoom', 'decode', 'found', 'samples', 'input'].every(
    (name) => name in exports,
  );
}

/** Bytes of an image: the decoder's memory is some twice as large, and its addresses are 32 bit integers. */
const MAX_IMAGE_LENGTH = 2 ** 30;
const MAX_PNG_LENGTH = 2 ** 29;
/** What may be read behind a PNG. */
const SLACK = 64;

/** What a fault says is told of: the PNG, its form, and what the decoder found. */
interface Seen {
  png: Uint8Array;
  form: PngForm;
  found: number;
}

/** What is wrong, by the numbers of `assembly/decode/png.ts`. */
const FAULTS: readonly ((seen: Seen) => string)[] = [
  () => '',
  () => 'it has not the signature of a PNG',
  () => 'it ends before its chunk IEND',
  () => 'a chunk is longer than what is left',
  () => 'a chunk has another CRC than the one stored with it',
  () => 'it has no chunk IHDR',
  ({ png, form }) => `its head says ${headOf(png)}, not ${headOfForm(form)}`,
  ({ found }) => `it has a chunk ${chunkType(found)} that is not known`,
  ({ found }) => `it has a chunk ${chunkType(found)} where none belongs`,
  () => 'its chunk IEND is not empty',
  () => 'it goes on behind its chunk IEND',
  () => 'its zlib stream is damaged',
  ({ form, found }) => `it inflates to ${found} bytes, not ${filteredLength(form)}`,
  ({ form }) => `it inflates to more than ${filteredLength(form)} bytes`,
  () => 'its zlib stream ends too soon',
  () => 'its zlib stream has another Adler-32 than the one stored with it',
  ({ found }) => `no filter has the number ${found}`,
];

let compiled: WebAssembly.Module | undefined;

/**
 * A decoder of 8 or 16 bits a sample: the decoder proper is the WebAssembly module compiled from the folder `assembly`, which
 * inflates small images several times as fast as Node's own zlib.
 *
 * @throws RangeError where there can be no such image
 */
export function createPngDecoder(form: PngForm): PngDecoder {
  const { height, width, channels, depth } = form;
  const size = (height * width * channels * depth) / 8;
  const isWhole = [height, width].every((side) => Number.isInteger(side) && side > 0);
  if (!isWhole || ![1, 2, 3, 4].includes(channels) || size > MAX_IMAGE_LENGTH)
    throw new RangeError(`no PNG is ${height} x ${width} x ${channels} here`);
  // The explorer's page decodes by this too, and a browser has no Buffer.
  compiled ??= new WebAssembly.Module(Uint8Array.from(atob(DECODER_WASM), (byte) => byte.charCodeAt(0)));
  const { exports: decoder } = new WebAssembly.Instance(compiled);
  if (!isDecoder(decoder)) throw new Error('the module is no decoder');
  decoder.configure(height, width, channels, depth);
  // Addresses are unsigned.
  const input = decoder.input.value >>> 0;
  const samples = decoder.samples.value >>> 0;
  let memory = new Uint8Array(decoder.memory.buffer);
  return {
    decode(png, out, offset) {
      if (input + png.length + SLACK > memory.length) {
        if (png.length > MAX_PNG_LENGTH) throw new RangeError(`${png.length} bytes are too many`);
        decoder.makeRoom(png.length);
        // The memory that was is gone when it grows.
        memory = new Uint8Array(decoder.memory.buffer);
      }
      memory.set(png, input);
      const fault = decoder.decode(png.length);
      if (fault !== 0) throw new RangeError(FAULTS[fault]?.({ png, form, found: decoder.found.value }));
      out.set(memory.subarray(samples, samples + size), offset);
    },
  };
}

/** Width, height, depth, color and methods, as the chunk IHDR has them behind signature, length and type. */
function headOf(png: Uint8Array): string {
  const view = new DataView(png.buffer, png.byteOffset + 16, 13);
  return [view.getUint32(0), view.getUint32(4), ...png.subarray(24, 29)].join(' ');
}

function headOfForm({ width, height, depth, channels }: PngForm): string {
  return `${[width, height, depth, [0, 4, 2, 6][channels - 1], 0, 0, 0].join(' ')} (width, height, depth, color, methods)`;
}

/** A chunk's type, the first letter lowest. */
function chunkType(found: number): string {
  return JSON.stringify(String.fromCharCode(...new Uint8Array(Uint32Array.of(found).buffer)));
}

/** Bytes of the rows with their filters. */
function filteredLength({ height, width, channels, depth }: PngForm): number {
  return height * (1 + (width * channels * depth) / 8);
}
