import { createHash } from 'node:crypto';
import type { ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { WrittenFile } from '../fs/file-sink.js';
import { unsafeStorage } from './object-errors.js';
import type { StorageOptions } from './options.js';
import { probe } from './probe.js';
import { connect } from './s3-client.js';
import { isNoSuchKey, PassingFailure, statusOf } from './s3-failure.js';
import { headOf } from './s3-head.js';
import { putObject } from './s3-put.js';
import { readObject } from './s3-read.js';
import { removeObjects } from './s3-remove.js';
import { S3Requests } from './s3-requests.js';
import type { S3Location } from './s3-url.js';
import type { ByteRange, Storage, StoredObject } from './storage.js';

/**
 * Object storage that speaks S3, with the settings of the user's environment.
 *
 * @throws {DatasetError} `PACKAGE_MISSING`, `USAGE`
 */
export async function openS3(location: S3Location, options: StorageOptions): Promise<Storage> {
  return new S3Storage(new S3Requests(await connect(), location, options));
}

/** Objects of a bucket whose keys begin with a prefix. */
class S3Storage implements Storage {
  readonly url: string;
  readonly #requests: S3Requests;
  #sawBucket = false;

  constructor(requests: S3Requests) {
    this.url = requests.url;
    this.#requests = requests;
  }

  async probe(): Promise<void> {
    await probe(this);
  }

  async putFile(key: string, path: string, file: WrittenFile): Promise<void> {
    this.#requireConditions();
    await putObject(this.#requests, key, path, file);
  }

  async putBytes(key: string, bytes: Uint8Array): Promise<void> {
    this.#requireConditions();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await putObject(this.#requests, key, bytes, { bytes: bytes.length, sha256 });
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const { connection, http } = this.#requests;
    return this.#requests.ask(`reading ${this.#requests.nameOf(key)}`, async () => {
      const command = new connection.sdk.GetObjectCommand({
        ...this.#requests.at(key),
        ChecksumMode: 'ENABLED',
      });
      try {
        const { Body, ContentLength } = await connection.client.send(command, http);
        const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array(0);
        if (bytes.length !== (ContentLength ?? bytes.length)) throw new PassingFailure('a body ended early');
        return bytes;
      } catch (error) {
        if (isNoSuchKey(error)) return undefined;
        throw error;
      }
    });
  }

  read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    return readObject(this.#requests, key, range);
  }

  async sizeOf(key: string): Promise<number | undefined> {
    const head = await this.#requests.ask(`looking at ${this.#requests.nameOf(key)}`, () =>
      headOf(this.#requests, key),
    );
    if (head === undefined) await this.#requireBucket();
    return head?.ContentLength;
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    const { Key: before } = this.#requests.at('');
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await this.#page(prefix, token);
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        // Consoles make an object of no bytes to show a folder.
        if (!Key.endsWith('/')) yield { key: Key.slice(before.length), bytes: Size };
      }
      token = page.NextContinuationToken;
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    await removeObjects(this.#requests, keys);
  }

  async removeUnfinished(): Promise<void> {
    // A PUT that ends early leaves nothing.
  }

  #page(prefix: string, token: string | undefined): Promise<ListObjectsV2CommandOutput> {
    const { connection, http, url } = this.#requests;
    const { Bucket, Key } = this.#requests.at(prefix);
    const command = new connection.sdk.ListObjectsV2Command({
      Bucket,
      Prefix: Key,
      ContinuationToken: token,
    });
    return this.#requests.ask(`listing ${url}/${prefix}`, () => connection.client.send(command, http));
  }

  /** HEAD tells a key that is not there from a bucket that is not by nothing. */
  async #requireBucket(): Promise<void> {
    if (this.#sawBucket) return;
    const { connection, http, location, url } = this.#requests;
    await this.#requests.ask(`looking at ${url}`, async () => {
      const command = new connection.sdk.HeadBucketCommand({ Bucket: location.bucket });
      await connection.client.send(command, http).catch((error: unknown) => {
        if (statusOf(error) === 404) throw Object.assign(new Error(), { name: 'NoSuchBucket' });
        // Whoever may read objects need not be allowed to look at their bucket.
        if (statusOf(error) !== 403) throw error;
      });
    });
    this.#sawBucket = true;
  }

  /**
   * Google's S3 interface takes `If-None-Match` on PUT and ignores it. It has a header of its own for that, `x-goog-if-generation-match`, which it refuses
   * beside those of S3 (`x-amz-...`), without which the client signs no request.
   */
  #requireConditions(): void {
    const { endpoint } = this.#requests.connection;
    if (endpoint === undefined || !/(^|\.)googleapis\.com$/.test(endpoint.hostname)) return;
    throw unsafeStorage(
      this.url,
      "Google's S3 interface ignores If-None-Match, and so writes over objects that are there",
      'Prepare into a folder, and copy it there with gcloud storage cp.',
    );
  }
}
