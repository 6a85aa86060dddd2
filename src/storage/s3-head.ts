import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { isNoSuchKey, PassingFailure, statusOf } from './s3-failure.js';
import type { S3Requests } from './s3-requests.js';

/**
 * What HEAD says of an object; `undefined` where there is none.
 *
 * @throws what the client throws
 */
export async function headOf(
  requests: S3Requests,
  key: string,
): Promise<HeadObjectCommandOutput | undefined> {
  const { sdk, client } = requests.connection;
  const command = new sdk.HeadObjectCommand({ ...requests.at(key), ChecksumMode: 'ENABLED' });
  return client.send(command, requests.http).catch(async (error: unknown) => {
    if (isNoSuchKey(error)) return undefined;
    if ([400, 401, 403].includes(statusOf(error) ?? 0)) await sayWhy(requests, key);
    throw error;
  });
}

/** An answer to HEAD has no text, so that nothing tells wrong keys from expired ones: another request is to fail by name. */
async function sayWhy(requests: S3Requests, key: string): Promise<never> {
  const { sdk, client } = requests.connection;
  const command = new sdk.GetObjectCommand({ ...requests.at(key), Range: 'bytes=0-0' });
  await client.send(command, requests.http).then(({ Body }) => Body?.transformToByteArray());
  throw new PassingFailure('HEAD was refused, GET was not');
}
