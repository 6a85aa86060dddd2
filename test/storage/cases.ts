import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { DatasetError } from '../../src/errors.js';
import type { WrittenFile } from '../../src/fs/file-sink.js';
import type { ByteRange, Storage } from '../../src/storage/storage.js';
import { emptyFolder } from '../fixtures/folder.js';

/** Makes an empty storage, gone when the test has ended; skips the test where there is none on this machine. */
export type OpenStorage = (context: TestContext) => Promise<Storage>;

export function writtenFile(bytes: Uint8Array): WrittenFile {
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Puts bytes as a file of this machine. */
export async function putAsFile(storage: Storage, key: string, bytes: Uint8Array): Promise<void> {
  const path = join(await emptyFolder(), 'a file');
  await writeFile(path, bytes);
  await storage.putFile(key, path, writtenFile(bytes));
}

/** All bytes that a read gives. */
export async function readAll(storage: Storage, key: string, range?: ByteRange): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(key, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function keysOf(storage: Storage, prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys;
}

/** The error of our own class that something ends in. */
export async function errorOf(attempt: Promise<unknown>): Promise<DatasetError> {
  const error: unknown = await attempt.then(
    (value) => new Error(`it should have failed, and gave ${String(value)}`),
    (error: unknown) => error,
  );
  if (error instanceof DatasetError) return error;
  throw new Error('it should have failed by a DatasetError', { cause: error });
}

const text = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : Buffer.from(bytes).toString();

/** What every storage does. */
export function storageCases(open: OpenStorage): void {
  it('keeps bytes and files, and gives them back whole or in ranges', async (context) => {
    const storage = await open(context);
    const bytes = randomBytes(700_001);
    await putAsFile(storage, 'a/b/shard', bytes);
    await storage.putBytes('a/b.json', Buffer.from('{}'));
    expect(text(await storage.get('a/b.json'))).toBe('{}');
    expect(await storage.sizeOf('a/b/shard')).toBe(700_001);
    expect((await readAll(storage, 'a/b/shard')).equals(bytes)).toBe(true);
    const ranges = [
      [0, 1],
      [0, 700_001],
      [699_999, 700_001],
      [100, 600_000],
      [7, 7],
      [700_001, 700_001],
    ] as const;
    for (const [start, end] of ranges) {
      expect((await readAll(storage, 'a/b/shard', { start, end })).equals(bytes.subarray(start, end))).toBe(
        true,
      );
    }
  });

  it('tells what is not there from what is', async (context) => {
    const storage = await open(context);
    expect(await storage.get('nothing')).toBeUndefined();
    expect(await storage.sizeOf('nothing')).toBeUndefined();
    expect(await keysOf(storage)).toEqual([]);
    expect(await keysOf(storage, 'nothing/')).toEqual([]);
    for (const range of [undefined, { start: 0, end: 1 }, { start: 5, end: 6 }]) {
      expect((await errorOf(readAll(storage, 'nothing', range))).code).toBe('OBJECT_MISSING');
    }
    await storage.putBytes('five', Buffer.from('12345'));
    for (const [start, end] of [
      [0, 6],
      [5, 6],
      [9, 12],
    ] as const) {
      expect((await errorOf(readAll(storage, 'five', { start, end }))).code).toBe('OBJECT_MISSING');
    }
    await storage.remove(['nothing', 'neither/this']);
  });

  it('takes the same bytes again, and refuses others', async (context) => {
    const storage = await open(context);
    for (let time = 0; time < 2; time++) {
      await storage.putBytes('x', Buffer.from('first'));
      await putAsFile(storage, 'y', Buffer.from('first'));
    }
    for (const other of ['other', 'longer than it was', '']) {
      expect((await errorOf(storage.putBytes('x', Buffer.from(other)))).code).toBe('OBJECT_DIFFERS');
      expect((await errorOf(putAsFile(storage, 'y', Buffer.from(other)))).code).toBe('OBJECT_DIFFERS');
    }
    expect(text(await storage.get('x'))).toBe('first');
    expect(text(await storage.get('y'))).toBe('first');
  });

  it('lets one of twenty win that put other bytes at once', async (context) => {
    const storage = await open(context);
    const puts = Array.from({ length: 20 }, (_, i) => putAsFile(storage, 'raced', Buffer.alloc(100_000, i)));
    const ends = await Promise.allSettled(puts);
    const winners = ends.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(winners).toHaveLength(1);
    const codes = ends.map((end) => (end.status === 'rejected' ? end.reason.code : 'won')).sort();
    expect(codes).toEqual([...Array(19).fill('OBJECT_DIFFERS'), 'won']);
    expect((await readAll(storage, 'raced')).equals(Buffer.alloc(100_000, winners[0]))).toBe(true);
  });

  it('lets all of twenty win that put the same bytes at once', async (context) => {
    const storage = await open(context);
    await Promise.all(Array.from({ length: 20 }, () => putAsFile(storage, 'same', Buffer.alloc(100_000, 7))));
    expect(await keysOf(storage)).toEqual(['same']);
  });

  it('keeps objects of no bytes', async (context) => {
    const storage = await open(context);
    await storage.putBytes('empty', Buffer.alloc(0));
    await putAsFile(storage, 'empty-file', Buffer.alloc(0));
    await storage.putBytes('empty', Buffer.alloc(0));
    expect(await storage.sizeOf('empty')).toBe(0);
    expect((await storage.get('empty'))?.length).toBe(0);
    expect(await readAll(storage, 'empty-file')).toHaveLength(0);
    expect((await errorOf(storage.putBytes('empty', Buffer.from('x')))).code).toBe('OBJECT_DIFFERS');
  });

  it('takes keys with spaces, plus, percent, quotes and letters of all alphabets', async (context) => {
    const storage = await open(context);
    const keys = ['a b+c', 'a%20b', "d'e&f<g>", 'größe/データ.json', 'k=v/😀', 'x~(1)!*', 'z,;:@$'];
    for (const key of keys) await storage.putBytes(key, Buffer.from(key));
    for (const key of keys) {
      expect(text(await storage.get(key))).toBe(key);
      expect((await readAll(storage, key, { start: 1, end: 3 })).toString()).toBe(
        Buffer.from(key).toString('latin1', 1, 3) === '' ? '' : Buffer.from(key).subarray(1, 3).toString(),
      );
      expect(await storage.sizeOf(key)).toBe(Buffer.byteLength(key));
    }
    const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(await keysOf(storage)).toEqual(sorted);
    await storage.remove(keys);
    expect(await keysOf(storage)).toEqual([]);
  });

  it('lists what lies below a prefix, in order, and nothing beside it', async (context) => {
    const storage = await open(context);
    for (const key of [
      'a/1',
      'a/10',
      'a/2/x',
      'a-b/1',
      'a.txt',
      'ab/1',
      'b',
      'B',
      'é',
      '\u{1F600}',
      '\uFF5E',
    ]) {
      await storage.putBytes(key, Buffer.from(key));
    }
    expect(await keysOf(storage)).toEqual([
      'B',
      'a-b/1',
      'a.txt',
      'a/1',
      'a/10',
      'a/2/x',
      'ab/1',
      'b',
      'é',
      '\uFF5E',
      '\u{1F600}',
    ]);
    expect(await keysOf(storage, 'a/')).toEqual(['a/1', 'a/10', 'a/2/x']);
    for await (const { key, bytes } of storage.list('a/')) expect(bytes).toBe(key.length);
  });

  it('lists and removes more than a thousand', async (context) => {
    const storage = await open(context);
    const keys = Array.from({ length: 1205 }, (_, i) => `done/${String(i).padStart(5, '0')}.json`);
    for (let at = 0; at < keys.length; at += 50) {
      await Promise.all(keys.slice(at, at + 50).map((key) => storage.putBytes(key, Buffer.from(key))));
    }
    expect(await keysOf(storage, 'done/')).toEqual(keys);
    await storage.remove([...keys.slice(1), 'done/none']);
    expect(await keysOf(storage)).toEqual(keys.slice(0, 1));
    await storage.remove(keys);
    expect(await keysOf(storage)).toEqual([]);
  });

  it('passes its own probe, which leaves nothing, also many at once', async (context) => {
    const storage = await open(context);
    await Promise.all(Array.from({ length: 5 }, () => storage.probe()));
    expect(await keysOf(storage)).toEqual([]);
  });

  it('removes nothing that is whole with what is unfinished', async (context) => {
    const storage = await open(context);
    await storage.putBytes('a/x', Buffer.from('x'));
    await storage.removeUnfinished('');
    await storage.removeUnfinished('none/');
    expect(await keysOf(storage)).toEqual(['a/x']);
  });

  it('refuses to send a file that is not what it was', async (context) => {
    const storage = await open(context);
    const path = join(await emptyFolder(), 'file');
    await writeFile(path, 'as it is');
    for (const before of ['as it was', 'as it Is']) {
      const error = await errorOf(storage.putFile('x', path, writtenFile(Buffer.from(before))));
      expect(error.code).toBe('FILE_CHECKSUM');
    }
    const missing = await errorOf(storage.putFile('x', `${path}-none`, writtenFile(Buffer.from('x'))));
    expect(missing.code).toBe('DISK');
    expect(await keysOf(storage)).toEqual([]);
  });
}
