import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DatasetError } from '../../src/errors.js';
import { writeNewFile } from '../../src/fs/file-sink.js';
import { scratchDir } from '../scratch-dir.js';

/** What the disk does: takes no more than so many bytes of a write, and none after so many writes. */
const disk = vi.hoisted(() => ({
  calls: [] as string[],
  atMost: Number.POSITIVE_INFINITY,
  writes: Number.POSITIVE_INFINITY,
  code: '',
}));

vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>();
  const writeSync = (file: number, bytes: Uint8Array, at: number): number => {
    if (--disk.writes < 0)
      throw Object.assign(new Error(`${disk.code}: write`), { code: disk.code, syscall: 'write' });
    disk.calls.push('write');
    return real.writeSync(file, bytes, at, Math.min(disk.atMost, bytes.length - at));
  };
  const closeSync = (file: number): void => {
    disk.calls.push('close');
    real.closeSync(file);
  };
  return { ...real, writeSync, closeSync };
});

afterEach(() => {
  Object.assign(disk, { atMost: Number.POSITIVE_INFINITY, writes: Number.POSITIVE_INFINITY, code: '' });
});

const MIB = 2 ** 20;

/** Bytes that no shift leaves alike. */
function bytesOf(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = at * 31 + (at >> 8) * 7 + seed * 101;
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes parts of these lengths out of one array that is used again, and expects them all in the file. */
async function expectWritten(lengths: readonly number[]): Promise<void> {
  const path = join(await scratchDir(), 'file');
  const parts = lengths.map((length, part) => bytesOf(length, part));
  const reused = new Uint8Array(Math.max(0, ...lengths));
  const written = writeNewFile(path, (sink) => {
    for (const part of parts) {
      reused.set(part);
      sink.write(reused.subarray(0, part.length));
    }
    reused.fill(0);
  });
  const expected = Buffer.concat(parts);
  expect(Buffer.compare(readFileSync(path), expected)).toBe(0);
  expect(written).toEqual({ bytes: expected.length, sha256: sha256(expected) });
}

/** How many files this process has open, where the system tells. */
function openFiles(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

describe('writeNewFile', () => {
  it.each([
    [[]],
    [[0]],
    [[5]],
    [[5, 0, 7]],
    [[MIB - 1]],
    [[MIB]],
    [[MIB + 1]],
    [[MIB - 1, 1, 1]],
    [[MIB - 1, 2]],
    [[1, MIB - 1, 1]],
    [[1, MIB]],
    [[1, MIB + 1, 1]],
    [[MIB, MIB, MIB]],
    [[3 * MIB + 5, 4, 3 * MIB]],
    [[400_000, 400_000, 400_000, 400_000, 400_000, 400_000]],
  ])('writes parts of %j bytes', async (lengths) => {
    await expectWritten(lengths);
  });

  it('writes on where the disk takes a part only', async () => {
    disk.atMost = 70_001;
    await expectWritten([5, MIB, 2 * MIB, 9]);
  });

  it('writes out of shared memory', async () => {
    const path = join(await scratchDir(), 'file');
    const shared = new Uint8Array(new SharedArrayBuffer(2 * MIB));
    shared.set(bytesOf(2 * MIB, 3));
    const { sha256: digest } = writeNewFile(path, (sink) => {
      sink.write(shared.subarray(10, 20));
      sink.write(shared);
    });
    const expected = Buffer.concat([bytesOf(2 * MIB, 3).subarray(10, 20), bytesOf(2 * MIB, 3)]);
    expect(Buffer.compare(readFileSync(path), expected)).toBe(0);
    expect(digest).toBe(sha256(expected));
  });

  it('closes the file when all of it is written', async () => {
    const path = join(await scratchDir(), 'file');
    disk.calls.length = 0;
    writeNewFile(path, (sink) => {
      for (let part = 0; part < 3; part++) sink.write(bytesOf(MIB, part));
    });
    expect(disk.calls).toEqual(['write', 'write', 'write', 'close']);
  });

  it('refuses a file that is there, and leaves it alone', async () => {
    const path = join(await scratchDir(), 'file');
    writeFileSync(path, 'mine');
    expect(() => writeNewFile(path, (sink) => sink.write(bytesOf(9, 0)))).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'DISK',
        message: `the file system refused while writing ${path}`,
      }),
    );
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('refuses a folder that is not there', async () => {
    const path = join(await scratchDir(), 'absent', 'file');
    expect(() => writeNewFile(path, () => {})).toThrow(expect.objectContaining({ code: 'DISK' }));
  });

  it.each([
    ['ENOSPC', 'DISK_FULL', 'the disk is full while writing'],
    ['EDQUOT', 'DISK_FULL', 'the disk is full while writing'],
    ['EIO', 'DISK', 'the file system refused while writing'],
    ['EFBIG', 'DISK', 'the file system refused while writing'],
  ])('says what %s means, and closes the file', async (code, expected, message) => {
    const path = join(await scratchDir(), 'file');
    const before = openFiles();
    for (const writes of [0, 1, 2]) {
      Object.assign(disk, { writes, code });
      const write = (): unknown =>
        writeNewFile(`${path}-${writes}`, (sink) => {
          for (let part = 0; part < 3; part++) sink.write(bytesOf(MIB, part));
        });
      expect(write).toThrow(
        expect.objectContaining({
          name: 'DatasetError',
          code: expected,
          message: `${message} ${path}-${writes}`,
        }),
      );
    }
    expect(openFiles()).toBe(before);
  });

  it('passes on what the writing of the content throws, and closes the file', async () => {
    const path = join(await scratchDir(), 'file');
    const before = openFiles();
    const own = new DatasetError('SHARD_COUNT', 'no');
    const throwing = (thrown: unknown) => (): unknown =>
      writeNewFile(`${path}-${String(thrown)}`, () => {
        throw thrown;
      });
    expect(throwing(own)).toThrow(own);
    expect(throwing(new TypeError('a fault'))).toThrow(
      expect.objectContaining({ name: 'DatasetError', code: 'INTERNAL', message: 'a fault' }),
    );
    expect(openFiles()).toBe(before);
  });
});
