import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  asDatasetError,
  asDiskError,
  DatasetError,
  type ErrorData,
  fromErrorData,
  toErrorData,
} from '../src/errors.js';
import { loadDefinition, open, type PrepareOptions, parseDefinition, prepare } from '../src/index.js';
import { tinyDefinition } from './dataset/tiny.js';
import { scratchDir } from './scratch-dir.js';

const DETAILS = { expected: '10 rows', found: '9 rows', next: 'Look again.' };

/** What a call throws. */
async function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error('the call should have failed');
    },
    (error: unknown) => error,
  );
}

/** Prepares a data set that has no mirror. */
function prepareTiny(folder: string, options: Partial<PrepareOptions>): Promise<unknown> {
  const definition = tinyDefinition({ mirrors: [] });
  return prepare(definition, { out: join(folder, 'out'), cacheDir: join(folder, 'cache'), ...options });
}

describe('DatasetError', () => {
  // What the README promises of each exit code, by failures as they come; 130 is that of test/prepare/interruption.test.ts.
  it.each<[exitCode: number, promise: string, code: string, fail: (folder: string) => Promise<unknown>]>([
    [2, 'an unknown option, data set', 'UNKNOWN_DATASET', () => loadDefinition('mnits')],
    [2, 'field of a definition', 'DEFINITION_INVALID', async () => parseDefinition({}, 'own.json')],
    [3, 'network', 'DOWNLOAD_FAILED', (folder) => prepareTiny(folder, {})],
    [4, 'an archive', 'ARCHIVE_MISSING', (folder) => prepareTiny(folder, { archives: folder })],
    [4, 'is not there', 'NO_DATASET', (folder) => open(join(folder, 'absent'))],
    [5, 'disk', 'DISK', (folder) => prepareTiny(join(folder, 'file', 'folder'), {})],
  ])('ends a process with %i for %s: %s', async (exitCode, promise, code, fail) => {
    const folder = await scratchDir();
    await writeFile(join(folder, 'file'), '');
    const error = await rejection(fail(folder));
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ code, exitCode });
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const row = readme.split('\n').find((line) => new RegExp(`^\\| ${exitCode}\\b`).test(line));
    expect(row).toContain(promise);
  });

  it('ends a process with 1 where the fault is our own', () => {
    expect(asDatasetError(new TypeError('x is not a function')).exitCode).toBe(1);
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
    for (const code of ['USAGE', 'DISK', 'INTERRUPTED', 'INTERNAL'] as const) {
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
      ['ENOENT', await rejection(access(join(dir, 'absent')))],
      ['ENOTDIR', await rejection(readdir(join(dir, 'file')))],
      ['EEXIST', await rejection(mkdir(dir))],
      ['ENAMETOOLONG', await rejection(access(join(dir, 'x'.repeat(10_000))))],
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
