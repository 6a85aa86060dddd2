import type { _Error } from '@aws-sdk/client-s3';
import { failureOf, isNoSuchKey, PassingFailure } from './s3-failure.js';
import type { S3Requests } from './s3-requests.js';

/** The most keys that one request may remove (S3 API Reference, DeleteObjects). */
const AT_ONCE = 1000;

/** How servers say that they cannot remove many at once, or only with an MD5 that the client has not sent for long. */
const ONE_BY_ONE = new Set(['MissingContentMD5', 'NotImplemented', 'MethodNotAllowed', 'InvalidRequest']);

/**
 * Removes objects, a thousand with each request where the storage can.
 *
 * @throws {DatasetError} `STORAGE`
 */
export async function removeObjects(requests: S3Requests, keys: readonly string[]): Promise<void> {
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const some = keys.slice(at, at + AT_ONCE);
    const removed = await requests.ask(`removing ${nameOf(requests, some)}`, () =>
      removeAtOnce(requests, some),
    );
    if (removed) continue;
    for (const key of some) await removeOne(requests, key);
  }
}

/** Removes some keys by one request; tells whether the storage knows such requests. */
async function removeAtOnce(requests: S3Requests, keys: readonly string[]): Promise<boolean> {
  const { sdk, client } = requests.connection;
  const Objects = keys.map((key) => ({ Key: requests.at(key).Key }));
  const command = new sdk.DeleteObjectsCommand({
    Bucket: requests.location.bucket,
    Delete: { Objects, Quiet: true },
  });
  try {
    const { Errors = [] } = await client.send(command, requests.http);
    const failed = Errors.find(({ Code }) => Code !== 'NoSuchKey');
    if (failed !== undefined) throw refusalOf(failed);
    return true;
  } catch (error) {
    if (ONE_BY_ONE.has(failureOf(error).name)) return false;
    throw error;
  }
}

/** A key that was refused, among others that were removed, in a request that succeeded. */
function refusalOf({ Code = 'Error', Message = '' }: _Error): Error {
  const passing = ['InternalError', 'SlowDown', 'ServiceUnavailable', 'OperationAborted'].includes(Code);
  return passing
    ? new PassingFailure(`${Code}: ${Message}`)
    : Object.assign(new Error(Message), { name: Code });
}

async function removeOne(requests: S3Requests, key: string): Promise<void> {
  const { sdk, client } = requests.connection;
  await requests.ask(`removing ${requests.nameOf(key)}`, async () => {
    const command = new sdk.DeleteObjectCommand(requests.at(key));
    await client.send(command, requests.http).catch((error: unknown) => {
      if (!isNoSuchKey(error)) throw error;
    });
  });
}

function nameOf(requests: S3Requests, keys: readonly string[]): string {
  const [first = ''] = keys;
  return keys.length === 1 ? requests.nameOf(first) : `${keys.length} objects of ${requests.url}`;
}
