/** PNG images of one shape (PNG, 5 and 11), decoded; the module's interface. */
import { adler32 } from '../encode/adler32';
import * as crc from '../encode/crc32';
import { crc32 } from '../encode/crc32';
import * as inflating from './inflate';
import { growFor, reserve } from './memory';
import * as symbols from './symbols';
import { unfilter } from './unfilter';

// What `decode` says is wrong; decoder.ts has the words.
const FINE: u32 = 0;
const NO_SIGNATURE: u32 = 1;
const OTHER_HEAD: u32 = 2;
const CUT_SHORT: u32 = 3;
const OTHER_CRC: u32 = 4;
const UNKNOWN_CHUNK: u32 = 5;
const DAMAGED_STREAM: u32 = 6;
const OTHER_ADLER: u32 = 7;
const NO_FILTER: u32 = 8;
const GOES_ON: u32 = 9;
const STREAM_GOES_ON: u32 = 10;

const SIGNATURE_BYTES: usize = 8;
/** Length and type before a chunk's data. */
const CHUNK_HEAD: usize = 8;
const IHDR_BYTES: usize = 13;
/** zlib's head, and its Adler-32. */
const ZLIB_HEAD: usize = 2;
const ZLIB_TAIL: usize = 4;

// Chunk types, the first letter lowest.
const IHDR: u32 = 0x52444849;
const IDAT: u32 = 0x54414449;
const IEND: u32 = 0x444e4549;
/** A chunk with a small first letter may be passed over. */
const ANCILLARY: u32 = 0x20;

let rows: u32 = 0;
let columns: u32 = 0;
let color: u32 = 0;
let depth: u32 = 0;
let rowBytes: usize = 0;
let pixelBytes: usize = 0;
let filtered: usize = 0;
let zeros: usize = 0;

/** Where the samples come: rows top down, channels interleaved, those of 16 bits little-endian. */
export let samples: usize = 0;
/** Where a PNG goes. */
export let input: usize = 0;

/** Sets the shape, once, before all else; `depth` is 8 or 16. */
export function configure(height: u32, width: u32, channels: u32, bits: u32): void {
  rows = height;
  columns = width;
  depth = bits;
  // Gray, gray and alpha, RGB, RGBA.
  color = channels === 1 ? 0 : channels === 2 ? 4 : channels === 3 ? 2 : 6;
  pixelBytes = (channels * bits) >>> 3;
  rowBytes = width * pixelBytes;
  filtered = reserve(height * (rowBytes + 1));
  zeros = reserve(rowBytes);
  samples = reserve(height * rowBytes);
  input = reserve(0);
  crc.initialize();
  symbols.initialize();
  inflating.initialize();
}

/** Makes room for a PNG of so many bytes at {@link input}. */
export function makeRoom(bytes: usize): void {
  growFor(input, bytes);
}

/** Decodes the PNG of `length` bytes at {@link input}; the samples are at {@link samples} where it returns 0. */
export function decode(length: usize): u32 {
  const end = input + length;
  if (length < SIGNATURE_BYTES + CHUNK_HEAD + IHDR_BYTES + 4) return CUT_SHORT;
  if (load<u32>(input) !== bswap<u32>(0x89504e47) || load<u32>(input, 4) !== bswap<u32>(0x0d0a1a0a))
    return NO_SIGNATURE;
  if (!isHeadRight(input + SIGNATURE_BYTES)) return OTHER_HEAD;
  // The data of all IDATs is moved together, to where that of the first one is.
  let data: usize = 0;
  let dataEnd: usize = 0;
  let at = input + SIGNATURE_BYTES;
  while (true) {
    if (at + CHUNK_HEAD + 4 > end) return CUT_SHORT;
    const size = <usize>bswap(load<u32>(at));
    const type = load<u32>(at, 4);
    const content = at + CHUNK_HEAD;
    if (size > end - content - 4) return CUT_SHORT;
    if (bswap(crc32(at + 4, content + size)) !== load<u32>(content + size)) return OTHER_CRC;
    at = content + size + 4;
    if (type === IDAT) {
      if (data === 0) {
        data = content;
        dataEnd = content;
      }
      if (dataEnd !== content) memory.copy(dataEnd, content, size);
      dataEnd += size;
    } else if (type === IEND) {
      if (at !== end) return GOES_ON;
      return decodeStream(data, dataEnd);
    } else if ((type & ANCILLARY) === 0 && type !== IHDR) return UNKNOWN_CHUNK;
  }
}

function isHeadRight(chunk: usize): bool {
  return (
    load<u32>(chunk) === bswap<u32>(<u32>IHDR_BYTES) &&
    load<u32>(chunk, 4) === IHDR &&
    bswap(load<u32>(chunk, 8)) === columns &&
    bswap(load<u32>(chunk, 12)) === rows &&
    load<u8>(chunk, 16) === <u8>depth &&
    load<u8>(chunk, 17) === <u8>color &&
    // Methods of compression and of filters, and no interlacing.
    load<u16>(chunk, 18) === 0 &&
    load<u8>(chunk, 20) === 0
  );
}

/** The zlib stream (RFC 1950) from `start` to before `end`. */
function decodeStream(start: usize, end: usize): u32 {
  if (end - start < ZLIB_HEAD + ZLIB_TAIL) return DAMAGED_STREAM;
  const head = <u32>bswap(load<u16>(start));
  // Deflate, without a dictionary.
  if (head % 31 !== 0 || (head & 0x0f20) !== 0x0800) return DAMAGED_STREAM;
  const length = rows * (rowBytes + 1);
  const stop = inflating.inflate(start + ZLIB_HEAD, end - ZLIB_TAIL, filtered, length);
  if (stop === 0) return DAMAGED_STREAM;
  if (stop + ZLIB_TAIL !== end) return STREAM_GOES_ON;
  if (bswap(adler32(filtered, filtered + length)) !== load<u32>(stop)) return OTHER_ADLER;
  if (!unfilter(filtered, rows, rowBytes, pixelBytes, zeros, samples)) return NO_FILTER;
  if (depth === 16) swapBytes();
  return FINE;
}

/** PNG has the higher byte first. */
function swapBytes(): void {
  const end = samples + rows * rowBytes;
  for (let at = samples; at < end; at += 16) {
    const pairs = v128.load(at);
    v128.store(at, v128.shuffle<i8>(pairs, pairs, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  }
}
