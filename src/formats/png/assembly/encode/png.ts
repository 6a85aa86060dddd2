/** PNG images (PNG, 5 and 11) as libpng writes them, of one shape; the module's interface. */
import {
  CHUNK_HEAD,
  CHUNK_OVERHEAD,
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
import { reserve, reserveFrom } from '../shared/memory';

import * as block from './block';
import { deflate } from './deflate';
import * as filters from './filter';
import { WINDOW } from './memory';
import * as symbols from './symbols';

/** libpng's zbuffer_size: each IDAT chunk but the last holds as much. */
const IDAT_LENGTH: usize = 8192;
/** Signature and IHDR. */
const HEAD_LENGTH: usize = SIGNATURE_BYTES + CHUNK_OVERHEAD + IHDR_BYTES;
/** What is kept of the output, which the pixels lie in: these are of no use when the stream comes. */
const HEAD_ROOM: usize = 48;
let rows: u32 = 0;
/** Bytes of a row, that of its filter included, and of all rows. */
let rowLength: u32 = 0;
let filteredLength: u32 = 0;
/** The shortest match that is taken. */
let shortest: i32 = 0;
/** A row of zero bytes, which is what the first row has above it. */
let zeros: usize = 0;

/** Where the pixels of an image go, rows top down, channels interleaved. */
export let pixels: usize = 0;
/** Where the PNG comes. */
export let output: usize = 0;
/** Upper bound of its length. */
export let maxLength: usize = 0;

/** Sets the shape, once, before all else. */
export function configure(height: u32, width: u32, channels: u32): void {
  rows = height;
  rowLength = width * channels + 1;
  filteredLength = height * rowLength;
  // Z_FILTERED drops matches up to 5 bytes; libpng does not ask for it where there is no filter, which is an
  // image of one pixel.
  shortest = height === 1 && width === 1 ? 3 : 6;
  // The fixed codes take 9 bits for a byte at most, and are there for each block, of which there is one every
  // 32767 bytes or less often.
  const stream: usize = filteredLength + (filteredLength >>> 3) + (filteredLength >>> 10) + 64;
  maxLength = HEAD_LENGTH + stream + CHUNK_OVERHEAD * (stream / IDAT_LENGTH + 2);
  reserveFrom(WINDOW);
  reserve(filteredLength);
  zeros = reserve(rowLength);
  const scratch = reserve(filters.scratchLength(rowLength));
  output = reserve(maxLength);
  pixels = output + HEAD_ROOM;

  filters.configure(height, width, channels, scratch);
  crc.initialize();
  symbols.initialize();
  block.initialize();
  writeHead(height, width, channels);
}

function writeHead(height: u32, width: u32, channels: u32): void {
  store<u32>(output, SIGNATURE_START);
  store<u32>(output, SIGNATURE_END, 4);
  store<u32>(output, bswap<u32>(<u32>IHDR_BYTES), 8);
  store<u32>(output, IHDR, 12);
  store<u32>(output, bswap(width), 16);
  store<u32>(output, bswap(height), 20);
  store<u8>(output, 8, 24);
  store<u8>(output, colorType(channels), 25);
  store<u32>(output, 0, 26);
  store<u32>(output, bswap(crc32(output + 12, output + 29)), 29);
}

/** Encodes what lies at {@link pixels} and returns the length of the PNG at {@link output}. */
export function encode(): usize {
  filters.filter(pixels, rows, zeros, WINDOW);
  const data = output + HEAD_LENGTH + CHUNK_HEAD;
  const end = deflate(filteredLength, rowLength, shortest, data);
  const length = end - data;
  const at = output + HEAD_LENGTH + writeChunks(data, length);
  store<u32>(at, 0);
  store<u32>(at, IEND, 4);
  store<u32>(at, bswap(crc32(at + 4, at + 8)), 8);
  return at + CHUNK_OVERHEAD - output;
}

/**
 * Cuts the stream at `data` into IDAT chunks, from the last to the first, for all but the first one move;
 * returns their length.
 */
function writeChunks(data: usize, length: usize): usize {
  const chunks = (length + IDAT_LENGTH - 1) / IDAT_LENGTH;
  let chunk = data - CHUNK_HEAD + (chunks - 1) * (IDAT_LENGTH + CHUNK_OVERHEAD);
  let size = length - (chunks - 1) * IDAT_LENGTH;
  for (let i = chunks; i > 0; i--) {
    if (i > 1) memory.copy(chunk + CHUNK_HEAD, data + (i - 1) * IDAT_LENGTH, size);
    store<u32>(chunk, bswap<u32>(<u32>size));
    store<u32>(chunk, IDAT, 4);
    store<u32>(chunk + CHUNK_HEAD + size, bswap(crc32(chunk + 4, chunk + CHUNK_HEAD + size)));
    chunk -= IDAT_LENGTH + CHUNK_OVERHEAD;
    size = IDAT_LENGTH;
  }
  return length + chunks * CHUNK_OVERHEAD;
}
