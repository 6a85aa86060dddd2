import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { asDiskError, DatasetError } from '../errors.js';
import { fileChunks } from '../fs/file-chunks.js';
import { throughZlib } from './through-zlib.js';

/** How many members a message names. */
const NAMED = 3;
const STORED = 0;
const DEFLATED = 8;

/** What a zip should be, for messages. */
const WHOLE = 'a whole zip archive';

/**
 * Gives the bytes of one member of a zip to `consume` as they come, found by the zip's central directory: nothing is
 * unpacked, and no more of it is in memory than a few pieces. What `consume` returns counts only when the whole member has
 * the size and the CRC-32 that the directory tells, however much of it `consume` took.
 *
 * The zip's structure and the names are checked by yauzl. A zip in which any name is absolute or leads out of
 * the folder with `..` is refused, though nothing is ever written to such a path.
 *
 * @throws {DatasetError} `ZIP_INVALID`, `ZIP_MEMBER_MISSING`, `DISK`, and what `consume` throws
 */
export async function readZipMember<T>(
  path: string,
  member: string,
  consume: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  return withZip(path, async (zip) => {
    const entry = await findEntry(zip, path, member);
    const reading = await openEntry(zip, entry, path);
    const result = await consume(reading.chunks).finally(() => reading.chunks.return(undefined));
    if (!reading.ended) for await (const _ of (await openEntry(zip, entry, path)).chunks);
    return result;
  });
}

/** Opens a zip for `work`, and closes it behind. */
async function withZip<T>(path: string, work: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openPromise(path, { autoClose: false }).catch(zipError(path));
  zip.on('error', () => {}); // One of closing the file, which nothing hangs on.
  try {
    return await work(zip);
  } finally {
    zip.close();
  }
}

/** A file in a zip, as its central directory tells of it. */
export interface ZipMember {
  name: string;
  /** Its size when it is unpacked. */
  bytes: number;
}

/**
 * The files in a zip, without those that macOS adds.
 *
 * @throws {DatasetError} `ZIP_INVALID`, `DISK`
 */
export async function zipMembers(path: string): Promise<ZipMember[]> {
  return withZip(path, async (zip) => {
    const members: ZipMember[] = [];
    try {
      for await (const { fileName: name, uncompressedSize: bytes } of zip.eachEntry())
        if (!name.endsWith('/') && !OF_MACOS.test(name)) members.push({ name, bytes });
    } catch (error) {
      zipError(path)(error);
    }
    return members;
  });
}

/** What Finder puts into the zips that it makes. */
const OF_MACOS = /^__MACOSX\/|(^|\/)\.DS_Store$/;

/**
 * The one file in a zip.
 *
 * @throws {DatasetError} `ARCHIVE_KIND` where there are several, or none; `ZIP_INVALID`, `DISK`
 */
export async function onlyMember(path: string): Promise<string> {
  const members = await zipMembers(path);
  const [only] = members;
  if (only !== undefined && members.length === 1) return only.name;
  const names = members.slice(0, NAMED).map(({ name }) => name);
  const more = members.length > NAMED ? `, ... (${members.length} in all)` : '';
  const keys = members.flatMap(({ name }) => /^(.+)\.npy$/.exec(name)?.[1] ?? []);
  const isNpz = keys.length > 0 && keys.length === members.length;
  const arrays = keys.slice(0, NAMED).map((key) => `${path}:${key}`);
  const what = isNpz
    ? 'an NPZ of several arrays'
    : members.length === 0
      ? 'an empty zip'
      : 'a zip of several files';
  throw new DatasetError('ARCHIVE_KIND', `${path} is ${what}`, {
    expected: isNpz ? 'one array of it' : 'a zip of one file',
    found: names.length === 0 ? 'no files' : names.join(', ') + more,
    next: isNpz
      ? `Name one of its arrays: ${arrays.join(', ')}${more === '' ? '.' : ', ...'}`
      : 'Unpack it first (unzip FILE), and name the files that are meant.',
  });
}

/**
 * Gives the first bytes of a member to `consume`, however many it takes, without looking at the rest of it: what it returns is
 * a mere look.
 *
 * @throws {DatasetError} what {@link readZipMember} throws
 */
export async function lookAtZipMember<T>(
  path: string,
  member: string,
  consume: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  return withZip(path, async (zip) => {
    const reading = await openEntry(zip, await findEntry(zip, path, member), path);
    return consume(reading.chunks).finally(() => reading.chunks.return(undefined));
  });
}

async function findEntry(zip: ZipFile, path: string, member: string): Promise<Entry> {
  const others: string[] = [];
  const found: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName === member) found.push(entry);
      else if (others.length < NAMED && !entry.fileName.endsWith('/')) others.push(entry.fileName);
      if (found.length > 1) break;
    }
  } catch (error) {
    zipError(path)(error);
  }
  const [entry, another] = found;
  if (entry === undefined) throw missingMember(zip, path, member, others);
  if (another !== undefined) throw invalid(path, `one member named ${member}`, 'two');
  expectReadable(entry, path);
  return entry;
}

function expectReadable(entry: Entry, path: string): void {
  const { fileName, compressionMethod: method } = entry;
  if (entry.isEncrypted()) throw invalid(path, `${fileName} as it is`, 'encrypted');
  if (method === STORED || method === DEFLATED) return;
  throw invalid(path, `${fileName} stored (method ${STORED}) or deflated (${DEFLATED})`, `method ${method}`);
}

interface EntryReading {
  /** Can be read once. */
  chunks: AsyncGenerator<Uint8Array>;
  /** Whether the last byte was read, and all proved right. */
  ended: boolean;
}

/** yauzl's own streams bring 16 KiB at a time: with them MNIST took 13 % longer as a stored NPZ than as IDX, now no longer. */
async function openEntry(zip: ZipFile, entry: Entry, path: string): Promise<EntryReading> {
  const { compressedSize, uncompressedSize, compressionMethod, fileName } = entry;
  const { fileDataStart: start } = await zip
    .readLocalFileHeaderPromise(entry, { minimal: true })
    .catch(zipError(path));
  const stored = fileChunks(path, undefined, { start, end: start + compressedSize });
  async function* checked(): AsyncGenerator<Uint8Array> {
    let [crc, bytes] = [0, 0];
    const tell = (what: string): never => {
      throw invalid(path, WHOLE, `${what} in ${fileName}: ${uncompressedSize} are promised`);
    };
    try {
      for await (const chunk of compressionMethod === DEFLATED
        ? throughZlib(stored, createInflateRaw)
        : stored) {
        bytes += chunk.length;
        if (bytes > uncompressedSize) tell('too many bytes');
        crc = crc32(chunk, crc);
        yield chunk;
      }
    } catch (error) {
      zipError(path)(error);
    }
    if (bytes < uncompressedSize) tell('not enough bytes');
    if (crc !== entry.crc32) throw invalid(path, `CRC-32 ${hex(entry.crc32)} of ${fileName}`, hex(crc));
    reading.ended = true;
  }
  const reading = { chunks: checked(), ended: false };
  return reading;
}

/** Throws an error of yauzl or of the file system on as one of ours. */
function zipError(path: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error) || error instanceof DatasetError || 'syscall' in error)
      throw asDiskError(error, `reading ${path}`);
    throw invalid(path, WHOLE, error.message, error);
  };
}

function invalid(path: string, expected: string, found: string, cause?: unknown): DatasetError {
  return new DatasetError('ZIP_INVALID', `${path} is not a zip archive as it should be`, {
    expected,
    found,
    next: 'Get the archive again.',
    cause,
  });
}

function missingMember(
  { entryCount }: ZipFile,
  path: string,
  member: string,
  others: readonly string[],
): DatasetError {
  const more = others.length < entryCount ? `, ... (${entryCount} in all)` : '';
  return new DatasetError('ZIP_MEMBER_MISSING', `${path} has no member ${member}`, {
    expected: member,
    found: others.length === 0 ? 'no files' : others.join(', ') + more,
    next: 'Check that the archive is the right one, and the member that the definition names.',
  });
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, '0');
}
