import { crc32 } from 'node:zlib';
import { DatasetError } from '../../errors.js';
import { BLOCK_HEAD_BYTES, expectLittleEndian } from './layout.js';

/** A run of rows, whole. */
export interface Run {
  bytes: Uint8Array;
  rows: number;
  /** The first 32 bits of its first row's hash, which tell its bucket. */
  firstHash: number;
}

/**
 * The runs in bytes of a shuffle file that begin and end with a block.
 *
 * @param name of the file, for messages
 * @throws {DatasetError} `STORAGE` where a block is not as it was written: read again it may be
 */
export async function* readRuns(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Run> {
  expectLittleEndian();
  let pending: Uint8Array[] = [];
  let held = 0;
  let wanted = BLOCK_HEAD_BYTES;
  for await (const chunk of chunks) {
    pending.push(chunk);
    held += chunk.length;
    if (held < wanted) continue;
    const bytes = Buffer.concat(pending, held);
    let at = 0;
    for (;;) {
      wanted = BLOCK_HEAD_BYTES;
      if (held - at < wanted) break;
      wanted += bytes.readUInt32LE(at);
      if (held - at < wanted) break;
      yield runOf(bytes.subarray(at, at + wanted), name);
      at += wanted;
    }
    pending = at === held ? [] : [bytes.subarray(at)];
    held -= at;
  }
  if (held > 0) throw damaged(name);
}

function runOf(block: Buffer, name: string): Run {
  const bytes = block.subarray(BLOCK_HEAD_BYTES);
  if (bytes.length < 12 || crc32(bytes) !== block.readUInt32LE(4)) throw damaged(name);
  return { bytes, rows: bytes.readUInt32LE(0), firstHash: bytes.readUInt32LE(8) };
}

function damaged(name: string): DatasetError {
  return new DatasetError('STORAGE', `encoded rows in ${name} are not as they were written`, {
    next: 'Run the task again. Where that does not help, remove the work of the job with --clean.',
  });
}
