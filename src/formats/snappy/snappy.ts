import { SNAPPY_WASM } from './snappy-wasm.js';

/** What `assembly/snappy.ts` exports; addresses are those of its memory. */
interface SnappyExports {
  memory: WebAssembly.Memory;
  makeRoom(inputBytes: number, outputBytes: number): void;
  compress(length: number): number;
  uncompress(stored: number, length: number): number;
  input: WebAssembly.Global;
  output: WebAssembly.Global;
}

/** What is wrong, by the numbers of `assembly/uncompress.ts`. */
const FAULTS = [
  '',
  'it tells of another length',
  'it is cut short',
  'it holds more than it tells of',
  'a copy is of bytes that are not there',
];

let instance: SnappyExports | undefined;

/** The module, one a thread; what an input makes does not depend on those before it. */
function snappy(): SnappyExports {
  instance ??= new WebAssembly.Instance<SnappyExports>(
    new WebAssembly.Module(Buffer.from(SNAPPY_WASM, 'base64')),
  ).exports;
  return instance;
}

/** Bytes that an input of `length` bytes becomes at most: see `assembly/compress.ts`. */
function maxCompressedLength(length: number): number {
  return 32 + length + Math.floor(length / 6);
}

/**
 * Bytes in Snappy's raw format (google/snappy, `format_description.txt`), without the frames of files: what Parquet has in
 * its pages. The same input gives the same bytes, whatever came before, on any machine.
 *
 * @returns a view of memory that the next call uses again
 */
export function snappyCompress(bytes: Uint8Array): Uint8Array {
  const { makeRoom, compress, memory, input, output } = snappy();
  makeRoom(bytes.length, maxCompressedLength(bytes.length));
  new Uint8Array(memory.buffer).set(bytes, input.value);
  const length = compress(bytes.length);
  return new Uint8Array(memory.buffer, output.value, length);
}

/**
 * What was compressed, of which the length is known.
 *
 * @throws RangeError saying what is wrong
 */
export function snappyUncompress(stored: Uint8Array, length: number): Uint8Array {
  const { makeRoom, uncompress, memory, input, output } = snappy();
  makeRoom(stored.length, length);
  new Uint8Array(memory.buffer).set(stored, input.value);
  const fault = uncompress(stored.length, length);
  if (fault !== 0) throw new RangeError(FAULTS[fault]);
  return new Uint8Array(memory.buffer, output.value, length).slice();
}
