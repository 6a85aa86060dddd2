import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { PutObjectCommand, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { asDiskError, DatasetError } from '../errors.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import type { WrittenFile } from '../fs/file-sink.js';
import { kindOf } from '../fs/regular-file.js';
import { changedFile, otherObject } from './object-errors.js';
import { failureOf, PassingFailure, statusOf } from './s3-failure.js';
import { headOf } from './s3-head.js';
import { readObject } from './s3-read.js';
import type { S3Requests } from './s3-requests.js';

/** The most that one PUT may have (S3 User Guide, "Uploading objects"). Parts of larger ones could not be put where absent everywhere. */
const MOST_BYTES = 5 * 1024 ** 3;

/** What is put: bytes in memory, or a file of this machine by its path. */
export type Content = Uint8Array | string;

/**
 * Puts an object by one conditional PUT, where the key has none. A PUT whose answer was lost may have been done: before the next one it is asked what
 * is there, which spares sending it all again as well.
 *
 * @throws {DatasetError} as {@link Storage.putFile} says
 */
export async function putObject(
  requests: S3Requests,
  key: string,
  content: Content,
  file: WrittenFile,
): Promise<void> {
  const name = requests.nameOf(key);
  if (file.bytes > MOST_BYTES) throw tooLarge(name, file);
  if (typeof content === 'string') await requireSize(content, file);
  await requests.ask(`writing ${name}`, async (attempt) => {
    if (attempt > 1 && (await isThere(requests, key, file))) return;
    try {
      await putOnce(requests, key, content, file);
    } catch (error) {
      if (typeof content === 'string' && isDamage(error)) await requireSame(content, file);
      if (statusOf(error) !== 412) throw error;
      if (!(await isThere(requests, key, file))) throw new PassingFailure('refused, and nothing is there');
    }
  });
}

async function putOnce(
  requests: S3Requests,
  key: string,
  content: Content,
  file: WrittenFile,
): Promise<void> {
  const { sdk, client } = requests.connection;
  const sending = new Sending(content, requests.signal);
  const checksum = base64Of(file.sha256);
  const command = new sdk.PutObjectCommand({
    ...requests.at(key),
    Body: sending.body,
    ContentLength: file.bytes,
    ChecksumSHA256: checksum,
    IfNoneMatch: '*',
  });
  signContent(command, file);
  try {
    const answer: PutObjectCommandOutput = await client.send(command, { abortSignal: sending.signal });
    if ((answer.ChecksumSHA256 ?? checksum) !== checksum) {
      throw otherObject(requests.nameOf(key), file, `SHA-256 ${hexOf(answer.ChecksumSHA256)}`);
    }
  } catch (error) {
    throw sending.failure ?? error;
  } finally {
    sending.end();
  }
}

/** Has the checksum of the body in the signature too: it is known, and a stream would go unsigned. */
function signContent(command: PutObjectCommand, { sha256 }: WrittenFile): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (typeof request === 'object' && request !== null && 'headers' in request) {
        Object.assign(request.headers ?? {}, { 'x-amz-content-sha256': sha256 });
      }
      return next(args);
    },
    { step: 'build', name: 'signContent' },
  );
}

/** A body on its way. */
class Sending {
  readonly body: ReadStream | Uint8Array;
  readonly signal: AbortSignal;
  /** Why a file could not be read. The client waits without end for a stream that failed. */
  failure: Error | undefined;
  readonly #ended = new AbortController();

  constructor(content: Content, signal: AbortSignal | undefined) {
    this.signal = signal === undefined ? this.#ended.signal : AbortSignal.any([signal, this.#ended.signal]);
    if (typeof content !== 'string') {
      this.body = content;
      return;
    }
    this.body = createReadStream(content, { highWaterMark: 256 * 1024 });
    this.body.on('error', (error) => {
      this.failure = asDiskError(error, `reading ${content}`);
      this.#ended.abort();
    });
  }

  /** Lets go of the file, and of a connection that still takes in what was refused. */
  end(): void {
    if ('destroy' in this.body) this.body.destroy();
    this.#ended.abort();
  }
}

/**
 * Whether the key has an object with these bytes.
 *
 * @throws {DatasetError} `OBJECT_DIFFERS`, and what the client throws
 */
async function isThere(requests: S3Requests, key: string, file: WrittenFile): Promise<boolean> {
  const head = await headOf(requests, key);
  if (head === undefined) return false;
  const name = requests.nameOf(key);
  if (head.ContentLength !== file.bytes) throw otherObject(name, file, `${head.ContentLength} bytes`);
  // One with a number behind it is of parts.
  const stored = head.ChecksumSHA256;
  const sha256 = stored === undefined || stored.includes('-') ? await hashOf(requests, key) : hexOf(stored);
  if (sha256 !== file.sha256) throw otherObject(name, file, `SHA-256 ${sha256}`);
  return true;
}

/** Of a storage that keeps no checksums. */
async function hashOf(requests: S3Requests, key: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readObject(requests, key)) hash.update(chunk);
  return hash.digest('hex');
}

async function requireSize(path: string, file: WrittenFile): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw asDiskError(error, `reading ${path}`);
  });
  if (!found.isFile()) throw changedFile(path, file, kindOf(found));
  if (found.size !== file.bytes) throw changedFile(path, file, `${found.size} bytes`);
}

/** Whether the storage took in other bytes than it was told of: they changed on the way, or on the disk. */
function isDamage(error: unknown): boolean {
  return ['BadDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch'].includes(
    failureOf(error).name,
  );
}

async function requireSame(path: string, file: WrittenFile): Promise<void> {
  const sha256 = await sha256OfFile(path);
  if (sha256 !== file.sha256) throw changedFile(path, file, `SHA-256 ${sha256}`);
}

function tooLarge(name: string, { bytes }: WrittenFile): DatasetError {
  return new DatasetError('STORAGE', `${name} would be larger than one PUT may be`, {
    expected: `at most ${MOST_BYTES} bytes (5 GiB)`,
    found: `${bytes} bytes`,
    next: 'Ask for more shards (--num-shards); where these are rows on their way, for more map tasks (--maps).',
  });
}

function base64Of(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

function hexOf(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('hex');
}
