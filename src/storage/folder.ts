import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { absence, asDiskError, codeOf, DatasetError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import type { WrittenFile } from '../fs/file-sink.js';
import type { ByteRange, Storage, StoredObject } from './storage.js';

/** How the name of a file begins that is being written. */
const UNFINISHED = '.idx-shards-new-';

/** Objects as files of a folder that many machines share, on a disk, NFS or Lustre. */
export class FolderStorage implements Storage {
  readonly url: string;

  /** @param folder made when something is put */
  constructor(folder: string) {
    this.url = folder;
  }

  async probe(): Promise<void> {
    const key = `.idx-shards/probe-${randomBytes(8).toString('hex')}`;
    try {
      await this.putBytes(key, Buffer.from('one'));
      const refused = await this.putBytes(key, Buffer.from('two')).then(
        () => false,
        (error: unknown) => error instanceof DatasetError && error.code === 'OBJECT_DIFFERS',
      );
      if (!refused) throw new DatasetError('STORAGE_UNSAFE', `${this.url} writes over files that are there`);
    } finally {
      await this.remove([key]);
    }
  }

  async putFile(key: string, path: string, file: WrittenFile): Promise<void> {
    await this.#put(key, file, (unfinished) => copyFile(path, unfinished));
  }

  async putBytes(key: string, bytes: Uint8Array): Promise<void> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.#put(key, { bytes: bytes.length, sha256 }, (unfinished) => writeFile(unfinished, bytes));
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#orAbsent(() => readFile(this.#path(key)), key);
  }

  async *read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    const path = this.#path(key);
    const end = range?.end ?? Number.POSITIVE_INFINITY;
    let missing = range === undefined ? 0 : range.end - range.start;
    if (range !== undefined && missing === 0) return;
    try {
      const stream = createReadStream(path, range === undefined ? {} : { start: range.start, end: end - 1 });
      for await (const chunk of stream) {
        missing -= chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (absence(error) !== undefined) throw missingObject(path);
      throw asDiskError(error, `reading ${path}`);
    }
    if (missing > 0) throw missingObject(path);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    return this.#orAbsent(async () => (await stat(this.#path(key))).size, key);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const names = await this.#orAbsent(
      () => readdir(this.#path(prefix), { recursive: true, withFileTypes: true }),
      prefix,
    );
    const keys = (names ?? [])
      .filter((entry) => entry.isFile() && !entry.name.startsWith(UNFINISHED))
      .map((entry) => join(entry.parentPath, entry.name).slice(this.#path('').length));
    for (const key of keys.sort()) yield { key, bytes: (await this.sizeOf(key)) ?? 0 };
  }

  async remove(keys: readonly string[]): Promise<void> {
    const folders = new Set<string>();
    for (const key of keys) {
      await rm(this.#path(key), { force: true });
      for (let folder = dirname(key); folder !== '.'; folder = dirname(folder)) folders.add(folder);
    }
    // The deepest first; what holds something stays.
    for (const folder of [...folders].sort().reverse()) await rmdir(this.#path(folder)).catch(() => {});
  }

  async #put(key: string, file: WrittenFile, write: (path: string) => Promise<void>): Promise<void> {
    const path = this.#path(key);
    const unfinished = join(dirname(path), `${UNFINISHED}${randomBytes(8).toString('hex')}`);
    try {
      await mkdir(dirname(path), { recursive: true });
      await write(unfinished);
      const handle = await open(unfinished, 'r+');
      await handle.sync().finally(() => handle.close());
      await link(unfinished, path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw asDiskError(error, `writing ${path}`);
      if ((await sha256OfFile(path)) !== file.sha256) throw otherObject(path, file);
    } finally {
      await rm(unfinished, { force: true }).catch(() => {});
    }
  }

  async #orAbsent<T>(look: () => Promise<T>, key: string): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      if (absence(error) !== undefined) return undefined;
      throw asDiskError(error, `reading ${this.#path(key)}`);
    }
  }

  #path(key: string): string {
    return `${this.url}/${key}`;
  }
}

/** The error for an object that is not there, or ends too early. */
function missingObject(name: string): DatasetError {
  return new DatasetError('OBJECT_MISSING', `${basename(name)} is not there, or ends too early`, {
    found: name,
  });
}

/** The error for an object that is there with other bytes. */
function otherObject(name: string, { sha256 }: WrittenFile): DatasetError {
  return new DatasetError('OBJECT_DIFFERS', `${name} is there with other bytes`, {
    expected: `SHA-256 ${sha256}`,
  });
}
