import { gzipSync } from 'fflate';
import { drawDigits } from './digits.js';
import { SIDE } from './stroke.js';

/** IDX's code of unsigned bytes, third byte of its magic number; the fourth is the count of dimensions. */
const UNSIGNED_BYTE = 0x08;

/** The IDX file of these unsigned bytes: magic number and dimensions as big-endian 32-bit words, then the data. */
function idxOf(dimensions: readonly number[], data: Uint8Array): Uint8Array {
  const idx = new Uint8Array(4 + 4 * dimensions.length + data.length);
  const view = new DataView(idx.buffer);
  view.setUint32(0, (UNSIGNED_BYTE << 8) | dimensions.length);
  for (const [i, dimension] of dimensions.entries()) view.setUint32(4 + 4 * i, dimension);
  idx.set(data, 4 + 4 * dimensions.length);
  return idx;
}

/**
 * Gzip by fflate, which is JavaScript and pinned: Node's own zlib gives other bytes in other builds. fflate's header
 * holds no file name and always says Unix; `mtime: 0` keeps the clock out of it. (It sizes a table by a rounded-up
 * logarithm of the length; the lengths here are far from where the rounding could go either way.)
 */
function gzip(idx: Uint8Array): Uint8Array {
  return gzipSync(idx, { level: 6, mtime: 0 });
}

/** Draws the data set `digits` as four gzipped IDX archives, under the names that MNIST's have: file name to bytes. */
export function drawArchives(): Map<string, Uint8Array> {
  const archives = new Map<string, Uint8Array>();
  for (const [split, prefix] of [
    ['train', 'train'],
    ['test', 't10k'],
  ] as const) {
    const { images, labels, rows } = drawDigits(split);
    archives.set(`${prefix}-images-idx3-ubyte.gz`, gzip(idxOf([rows, SIDE, SIDE], images)));
    archives.set(`${prefix}-labels-idx1-ubyte.gz`, gzip(idxOf([rows], labels)));
  }
  return archives;
}
