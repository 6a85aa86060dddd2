/** PNG images of one shape (PNG, 5 and 11), decoded; the module's interface. */
import { adler32 } from '../shared/adler32';
import {
  CHUNK_HEAD,
  CHUNK_OVERHEAD,
  CRC_BYTES,
  colorType,
  IDAT,
  IEND,
  IHDR,
  IHDR_BYTES,
  SIGNATURE_BYTES,
  SIGNATURE_END,
  SIGNATURE_START,
} from '../shared/chunks';
import * as crc from '../shared/crc32';
import { crc32 } from '../shared/crc32';
import { growFor, reserve, reserveFrom } from '../shared/memory';
import * as inflating from './inflate';
import { ROOM } from './memory';
import * as symbols from './symbols';
import * as filters from './unfilter';

// What `decode` says is wrong; decode.ts has the words.
const FINE: u32 = 0;
const NO_SIGNATURE: u32 = 1;
const CUT_SHORT: u32 = 2;
const LONG_CHUNK: u32 = 3;
const OTHER_CRC: u32 = 4;
const NO_IHDR: u32 = 5;
const OTHER_HEAD: u32 = 6;
const UNKNOWN_CHUNK: u32 = 7;
const MISPLACED_CHUNK: u32 = 8;
const FULL_IEND: u32 = 9;
const GOES_ON: u32 = 10;
const DAMAGED_STREAM: u32 = 11;
const STREAM_TOO_SHORT: u32 = 12;
const STREAM_TOO_LONG: u32 = 13;
const STREAM_GOES_ON: u32 = 14;
const OTHER_ADLER: u32 = 15;
const NO_FILTER: u32 = 16;

/** zlib's head, and its Adler-32. */
const ZLIB_HEAD: usize = 2;
const ZLIB_TAIL: usize = 4;

/** A chunk with a small first letter may be passed over. */
const ANCILLARY: u32 = 0x20;

let rows: u32 = 0;
let columns: u32 = 0;
let color: u8 = 0;
let depth: u32 = 0;
let rowBytes: usize = 0;
let filtered: usize = 0;
let zeros: usize = 0;

/** What the fault is about: a chunk's type, how many bytes a stream makes, or a filter's number. */
export let found: u32 = 0;
/** Where the samples come: rows top down, channels interleaved, those of 16 bits little-endian. */
export let samples: usize = 0;
/** Where a PNG goes. */
export let input: usize = 0;

/** Sets the shape, once, before all else; `depth` is 8 or 16. */
export function configure(height: u32, width: u32, channels: u32, bits: u32): void {
  rows = height;
  columns = width;
  depth = bits;
  color = colorType(channels);
  const pixelBytes: usize = (channels * bits) >>> 3;
  rowBytes = width * pixelBytes;
  reserveFrom(ROOM);
  filtered = reserve(height * (rowBytes + 1));
  zeros = reserve(rowBytes);
  samples = reserve(height * rowBytes);
  input = reserve(0);
  crc.initialize();
  symbols.initialize();
  inflating.initialize();
  filters.configure(rowBytes, pixelBytes);
}

/** Makes room for a PNG of so many bytes at {@link input}. */
export function makeRoom(bytes: usize): void {
  growFor(input, bytes);
}

/** Decodes the PNG of `length` bytes at {@link input}; the samples are at {@link samples} where it returns 0. */
export function decode(length: usize): u32 {
  if (
    length < SIGNATURE_BYTES ||
    load<u32>(input) !== SIGNATURE_START ||
    load<u32>(input, 4) !== SIGNATURE_END
  )
    return NO_SIGNATURE;
  const end = input + length;
  const first = input + SIGNATURE_BYTES;
  // The data of all IDATs is moved together, to where that of the first one is.
  let data: usize = 0;
  let dataEnd: usize = 0;
  let last: u32 = 0;
  let at = first;
  while (true) {
    if (CHUNK_OVERHEAD > end - at) return CUT_SHORT;
    const size = <usize>bswap(load<u32>(at));
    const type = load<u32>(at, 4);
    const content = at + CHUNK_HEAD;
    if (size > end - content - CRC_BYTES) return LONG_CHUNK;
    if (bswap(crc32(at + 4, content + size)) !== load<u32>(content + size)) return OTHER_CRC;
    found = type;
    if (at === first) {
      if (type !== IHDR || size !== IHDR_BYTES) return NO_IHDR;
      if (!isHeadRight(content)) return OTHER_HEAD;
    } else if (type === IDAT) {
      if (data === 0) {
        data = content;
        dataEnd = content;
      } else if (last !== IDAT) return MISPLACED_CHUNK;
      if (dataEnd !== content) memory.copy(dataEnd, content, size);
      dataEnd += size;
    } else if (type === IEND) {
      if (size !== 0) return FULL_IEND;
      return content + CRC_BYTES === end ? decodeStream(data, dataEnd) : GOES_ON;
    } else if (type === IHDR) return MISPLACED_CHUNK;
    else if ((type & ANCILLARY) === 0) return UNKNOWN_CHUNK;
    last = type;
    at = content + size + CRC_BYTES;
  }
}

function isHeadRight(content: usize): bool {
  return (
    bswap(load<u32>(content)) === columns &&
    bswap(load<u32>(content, 4)) === rows &&
    load<u8>(content, 8) === <u8>depth &&
    load<u8>(content, 9) === color &&
    // Methods of compression and of filters, and no interlacing.
    load<u16>(content, 10) === 0 &&
    load<u8>(content, 12) === 0
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
  if (stop === 0) {
    found = inflating.inflated();
    if (inflating.overflowed) return STREAM_TOO_LONG;
    return inflating.ended && found < length ? STREAM_TOO_SHORT : DAMAGED_STREAM;
  }
  if (stop + ZLIB_TAIL !== end) return STREAM_GOES_ON;
  if (bswap(adler32(filtered, filtered + length)) !== load<u32>(stop)) return OTHER_ADLER;
  found = filters.unfilter(filtered, rows, zeros, samples);
  if (found !== 0) return NO_FILTER;
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
