import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, DatasetError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import type { WrittenFile } from '../fs/file-sink.js';
import { makeDirectory, removeEmpty } from '../fs/make-directory.js';
import { kindOf } from '../fs/regular-file.js';
import { changedFile, otherObject, unsafeStorage } from './object-errors.js';

/** How the name of a file begins that is being written. */
export const UNFINISHED = '.idx-shards-new-';

/** How often a file is begun anew whose folder, or which itself, others removed meanwhile. */
const TRIES = 20;

/** What is to be a file, and where its bytes come from, as often as they are asked for. */
export interface NewFile extends WrittenFile {
  /** What messages call the source. */
  source: string;
  chunks(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Makes a file where there is none, whole and on the disk before it has its name. One of the same bytes is as good. It gets its name by
 * `link`, which is atomic on network file systems too, and fails where the name is taken; `rename` would write over what is there.
 *
 * @throws {DatasetError} `OBJECT_DIFFERS`, `FILE_CHECKSUM`, `STORAGE_UNSAFE`, `DISK`; the file system's own error, and what `chunks` throws
 */
export async function putNewFile(path: string, file: NewFile): Promise<void> {
  for (let tries = TRIES; ; tries--) {
    try {
      return await tryPut(path, file);
    } catch (error) {
      // Somebody removed the folder when it was empty, or what counted as left behind.
      if (codeOf(error) !== 'ENOENT' || tries === 1) throw error;
    }
  }
}

async function tryPut(path: string, file: NewFile): Promise<void> {
  const folder = dirname(path);
  const topmost = await makeDirectory(folder);
  const unfinished = join(folder, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
  try {
    await write(unfinished, file);
    if (!(await linkNew(unfinished, path))) await requireSame(path, file);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    if (topmost !== undefined) await removeEmpty(folder, topmost);
    throw error;
  }
  await rm(unfinished, { force: true }).catch(() => {});
  // Also where another had made it: it may have died before it came so far.
  await syncFolders(folder, topmost);
}

async function write(path: string, file: NewFile): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of file.chunks()) {
      hash.update(chunk);
      await writeAll(handle, chunk);
      bytes += chunk.length;
    }
    const sha256 = hash.digest('hex');
    if (sha256 !== file.sha256) throw changedFile(file.source, file, `${bytes} bytes, SHA-256 ${sha256}`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A disk may take a part of what it is given. */
async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
}

/** Gives a file a second name where nothing has that name; tells whether it did. */
async function linkNew(file: string, path: string): Promise<boolean> {
  try {
    await link(file, path);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    // A copy would be seen before it is whole, and rename writes over what is there: no other way is safe.
    throw unsafeStorage(
      dirname(path),
      `its file system has no hard links (${code})`,
      'Take a folder on a disk of a machine, NFS or Lustre; or object storage by --out s3://BUCKET/PREFIX rather than as a mounted folder.',
    );
  }
}

/** Also after a `link` of our own whose answer an NFS server had to send twice. */
async function requireSame(path: string, file: NewFile): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT')
      throw new DatasetError('DISK', `${path} is a link that leads nowhere`, { next: NEXT });
    throw error;
  });
  if (!found.isFile())
    throw new DatasetError('DISK', `${path} should become a file, but is ${kindOf(found)}`, { next: NEXT });
  if (found.size !== file.bytes) throw otherObject(path, file, `${found.size} bytes`);
  const sha256 = await sha256OfFile(path);
  if (sha256 !== file.sha256) throw otherObject(path, file, `SHA-256 ${sha256}`);
}

const NEXT = 'Move it away, or choose another --out, then run the command again.';

/** Has a folder, and those above it that are new, on the disk with the names in them. */
async function syncFolders(folder: string, topmost: string | undefined): Promise<void> {
  await syncFolder(folder);
  if (topmost === undefined) return;
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(dirname(at));
    if (at === topmost) return;
  }
}

/** Not every system syncs folders, and one that was removed meanwhile needs none. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (!['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'ENOTSUP', 'ENOENT'].includes(code)) throw error;
  }
}
