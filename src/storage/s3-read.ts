import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { DatasetError } from '../errors.js';
import { damagedObject, missingObject } from './object-errors.js';
import { isNoSuchKey, PassingFailure, statusOf } from './s3-failure.js';
import type { S3Requests } from './s3-requests.js';
import type { ByteRange } from './storage.js';

/** What is still to be read of an object. */
interface Reading {
  name: string;
  key: string;
  at: number;
  /** `undefined` until the first answer tells how long the whole object is. */
  end: number | undefined;
  /** Which object it is that the first answer was of. */
  etag: string | undefined;
}

/**
 * The bytes of an object, or of a range of it. Where an answer breaks off, or has less than was asked for, the next one begins there, and is
 * pinned to the same object.
 *
 * @throws {DatasetError} as {@link Storage.read} says
 */
export async function* readObject(
  requests: S3Requests,
  key: string,
  range?: ByteRange,
): AsyncGenerator<Uint8Array> {
  if (range !== undefined && range.start === range.end) return;
  const name = requests.nameOf(key);
  const reading: Reading = { name, key, at: range?.start ?? 0, end: range?.end, etag: undefined };
  const doing = `reading ${name}`;
  for (let failures = 0; ; ) {
    const before = reading.at;
    const answer = await requests.ask(doing, () => getPart(requests, reading));
    try {
      yield* bytesOf(answer, reading);
      if (reading.at === reading.end) return;
      if (reading.at === before) throw new PassingFailure('no byte came');
    } catch (error) {
      failures = reading.at > before ? 1 : failures + 1;
      await requests.pauseOrThrow(doing, error, failures);
    }
  }
}

async function getPart(requests: S3Requests, reading: Reading): Promise<GetObjectCommandOutput> {
  const { sdk, client } = requests.connection;
  const { name, key, at, end, etag } = reading;
  const whole = at === 0 && end === undefined;
  const Range = whole ? undefined : `bytes=${at}-${end === undefined ? '' : end - 1}`;
  const command = new sdk.GetObjectCommand({ ...requests.at(key), Range, IfMatch: etag });
  try {
    const answer = await client.send(command, requests.http);
    reading.etag ??= answer.ETag;
    return answer;
  } catch (error) {
    // 416: the object ends before the range begins.
    if (isNoSuchKey(error) || statusOf(error) === 416) throw missingObject(name);
    if (statusOf(error) === 412) throw damagedObject(name, 'was changed while it was read');
    throw error;
  }
}

/** The bytes of an answer that are wanted, no more of them than were asked for. */
async function* bytesOf(answer: GetObjectCommandOutput, reading: Reading): AsyncGenerator<Uint8Array> {
  const { start, total } = placeOf(answer);
  const end = reading.end ?? total;
  if (start !== reading.at || end === undefined) throw wrongAnswer(reading, answer);
  if (total !== undefined && total < end) throw missingObject(reading.name);
  reading.end = end;
  for await (const chunk of chunksOf(answer)) {
    const wanted = chunk.subarray(0, end - reading.at);
    if (wanted.length === 0) return;
    reading.at += wanted.length;
    yield wanted;
  }
}

/** Where an answer begins in its object, and how long that is, as `Content-Range` says (RFC 9110, section 14.4); without it, it is the whole object. */
function placeOf({ ContentRange, ContentLength }: GetObjectCommandOutput): {
  start: number;
  total: number | undefined;
} {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(ContentRange ?? '') ?? [];
  if (start === undefined) return { start: 0, total: ContentLength };
  return { start: Number(start), total: total === '*' ? undefined : Number(total) };
}

/** Chunks of a body, which is a stream of Node.js here. */
async function* chunksOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Uint8Array> {
  if (Body === undefined || !(Symbol.asyncIterator in Body)) return;
  for await (const chunk of Body) if (chunk instanceof Uint8Array) yield chunk;
}

function wrongAnswer({ name, at, end }: Reading, answer: GetObjectCommandOutput): DatasetError {
  return new DatasetError('STORAGE', `the storage answers with other bytes of ${name} than were asked for`, {
    expected: `bytes ${at}-${end === undefined ? '' : end - 1}`,
    found: answer.ContentRange ?? `the whole object, of ${answer.ContentLength ?? 'unknown'} bytes`,
    next: 'Take a storage that knows ranged reads.',
  });
}
