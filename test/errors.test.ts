import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  asDatasetError,
  asDiskError,
  DatasetError,
  type ErrorCode,
  type ErrorData,
  fromErrorData,
  toErrorData,
} from '../src/errors.js';
import { scratchDir } from './scratch-dir.js';

/** Every code, which the type checker sees to, with the exit code that the command's help promises. */
const EXIT_CODES: Record<ErrorCode, number> = {
  USAGE: 2,
  UNKNOWN_DATASET: 2,
  DEFINITION_INVALID: 2,
  CLASS_NAMES: 2,
  SHARD_COUNT: 2,
  OUTPUT_OCCUPIED: 2,
  MEMORY: 2,
  DOWNLOAD_FAILED: 3,
  ARCHIVE_MISSING: 4,
  ARCHIVE_SIZE: 4,
  ARCHIVE_CHECKSUM: 4,
  GZIP_INVALID: 4,
  ZIP_INVALID: 4,
  ZIP_MEMBER_MISSING: 4,
  IDX_MAGIC: 4,
  IDX_TYPE: 4,
  IDX_DIMENSIONS: 4,
  IDX_TRUNCATED: 4,
  IDX_TRAILING: 4,
  COUNT_MISMATCH: 4,
  LABEL_RANGE: 4,
  RECORD_CORRUPT: 4,
  NO_DATASET: 4,
  FILE_MISSING: 4,
  FILE_EXTRA: 4,
  FILE_CHECKSUM: 4,
  FILE_BYTES: 4,
  MANIFEST_INVALID: 4,
  EXAMPLE_INVALID: 4,
  IMAGE_INVALID: 4,
  ARROW_INVALID: 4,
  PARQUET_INVALID: 4,
  ARRAY_RECORD_INVALID: 4,
  ROW_MISMATCH: 4,
  ORDER_MISMATCH: 4,
  SOURCE_MISMATCH: 4,
  VERIFY_FAILED: 4,
  SPLIT_INVALID: 2,
  FEATURES: 2,
  LOCK_INVALID: 2,
  DRIFT: 4,
  DISK_FULL: 5,
  DISK: 5,
  INTERRUPTED: 130,
  INTERNAL: 1,
};

const CODES = Object.keys(EXIT_CODES) as ErrorCode[];

const DETAILS = { expected: '10 rows', found: '9 rows', next: 'Look again.' };

/** What a system call throws. */
async function systemError(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('the call should have failed');
    },
    (error: unknown) => error,
  );
}

describe('DatasetError', () => {
  it.each(CODES)('%s ends a process with its exit code', (code) => {
    const error = new DatasetError(code, 'message');
    expect(error.exitCode).toBe(EXIT_CODES[code]);
    expect(error).toMatchObject({ name: 'DatasetError', code, message: 'message' });
  });

  it('is an error with details', () => {
    const cause = new Error('underneath');
    const error = new DatasetError('COUNT_MISMATCH', 'message', { ...DETAILS, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ ...DETAILS, cause });
    expect(error.stack).toContain('errors.test');
  });

  it('has no cause that nobody gave', () => {
    expect('cause' in new DatasetError('USAGE', 'message')).toBe(false);
    expect('cause' in new DatasetError('USAGE', 'message', { cause: undefined })).toBe(false);
  });
});

describe('asDatasetError', () => {
  it('leaves one as it is', () => {
    const error = new DatasetError('USAGE', 'message');
    expect(asDatasetError(error)).toBe(error);
  });

  it.each([
    [new TypeError('x is not a function'), 'x is not a function'],
    ['a text', 'a text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ code: 'USAGE', message: 'message' }, '[object Object]'],
  ])('takes %s for a fault of the program', (thrown, message) => {
    const error = asDatasetError(thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', message, next: expect.stringContaining('report') });
    expect(error.cause).toBe(thrown);
  });
});

describe('toErrorData and fromErrorData', () => {
  const crossings: [string, (data: ErrorData) => ErrorData][] = [
    ['structuredClone', (data) => structuredClone(data)],
    ['JSON', (data) => JSON.parse(JSON.stringify(data))],
  ];

  it.each(crossings)('keep everything over %s', (_, cross) => {
    for (const code of CODES) {
      const error = new DatasetError(code, `message of ${code}`, DETAILS);
      const arrived = fromErrorData(cross(toErrorData(error)));
      expect(arrived).toBeInstanceOf(DatasetError);
      expect(arrived).toMatchObject({ name: 'DatasetError', code, message: error.message, ...DETAILS });
      expect(arrived.exitCode).toBe(error.exitCode);
      expect(arrived.stack).toBe(error.stack);
    }
  });

  it.each(crossings)('keep what is not there over %s', (_, cross) => {
    const arrived = fromErrorData(cross(toErrorData(new DatasetError('USAGE', 'message'))));
    expect(arrived).toMatchObject({ expected: undefined, found: undefined, next: undefined });
    expect('cause' in arrived).toBe(false);
  });

  it.each(crossings)('make a fault of the program of anything else over %s', (_, cross) => {
    const fault = new TypeError('x is not a function');
    const arrived = fromErrorData(cross(toErrorData(fault)));
    expect(arrived).toMatchObject({ code: 'INTERNAL', message: 'x is not a function' });
    expect(arrived.stack).toBe(fault.stack);
    expect(fromErrorData(cross(toErrorData('a text')))).toMatchObject({
      code: 'INTERNAL',
      message: 'a text',
    });
  });

  it('tell where the error underneath was thrown', () => {
    const cause = new Error('underneath');
    expect(toErrorData(new DatasetError('DISK', 'message', { cause })).stack).toBe(cause.stack);
    const error = new DatasetError('DISK', 'message', { cause: 'a text' });
    expect(toErrorData(error).stack).toBe(error.stack);
  });

  it('make a stack where none came', () => {
    const arrived = fromErrorData({ code: 'USAGE', message: 'message' });
    expect(arrived.stack).toContain('message');
  });
});

describe('asDiskError', () => {
  it('names what the file system refused', async () => {
    const dir = await scratchDir();
    await writeFile(join(dir, 'file'), '');
    const thrown: [string, unknown][] = [
      ['ENOENT', await systemError(access(join(dir, 'absent')))],
      ['ENOTDIR', await systemError(readdir(join(dir, 'file')))],
      ['EEXIST', await systemError(mkdir(dir))],
      ['ENAMETOOLONG', await systemError(access(join(dir, 'x'.repeat(10_000))))],
    ];
    for (const [code, error] of thrown) {
      const disk = asDiskError(error, 'writing data/mnist');
      expect(disk).toMatchObject({
        name: 'DatasetError',
        code: 'DISK',
        message: 'the file system refused while writing data/mnist',
        found: expect.stringContaining(code),
      });
      expect(disk.cause).toBe(error);
    }
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'DISK'],
    ['EPERM', 'DISK'],
    ['EROFS', 'DISK'],
    ['EISDIR', 'DISK'],
    ['EIO', 'DISK'],
    ['EMFILE', 'DISK'],
    ['EXDEV', 'DISK'],
    ['EBUSY', 'DISK'],
    ['ENOTEMPTY', 'DISK'],
    ['EFBIG', 'DISK'],
  ])('takes %s for %s', (code, expected) => {
    const error = Object.assign(new Error(`${code}: why, write`), { code, syscall: 'write' });
    expect(asDiskError(error, 'writing a')).toMatchObject({ code: expected, cause: error });
  });

  it('says so when the disk is full', () => {
    const error = Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC', syscall: 'write' });
    expect(asDiskError(error, 'writing a')).toMatchObject({
      message: 'the disk is full while writing a',
      found: 'ENOSPC',
      next: expect.stringContaining('--out'),
    });
  });

  it('leaves errors of ours as they are', () => {
    const error = new DatasetError('IDX_MAGIC', 'message');
    expect(asDiskError(error, 'writing a')).toBe(error);
  });

  it.each([
    new TypeError('x is not a function'),
    Object.assign(new Error('ours'), { code: 'ERR_INVALID_ARG_TYPE' }),
    Object.assign(new Error('not ours'), { code: 28, syscall: 'write' }),
    { code: 'ENOSPC', syscall: 'write' },
    'ENOSPC',
    undefined,
  ])('takes nothing else for the disk’s: %s', (thrown) => {
    expect(asDiskError(thrown, 'writing a').code).toBe('INTERNAL');
  });
});
