import type { StorageOptions } from './options.js';
import { pauseAfter, STORAGE_RETRY } from './retry.js';
import type { S3Connection } from './s3-client.js';
import { asStorageError } from './s3-errors.js';
import { failureOf, isPassing, isUnreachable } from './s3-failure.js';
import type { S3Location } from './s3-url.js';

/** How often a storage is tried that has never answered: where its address is wrong, nobody wants to wait for half a minute. */
const FIRST_ATTEMPTS = 3;

/** Requests to a bucket, made again where they fail in passing. */
export class S3Requests {
  readonly connection: S3Connection;
  readonly location: S3Location;
  /** `s3://bucket/prefix` */
  readonly url: string;
  readonly #options: StorageOptions;
  #answered = false;

  constructor(connection: S3Connection, location: S3Location, options: StorageOptions) {
    this.connection = connection;
    this.location = location;
    this.url = `s3://${location.bucket}${location.prefix === '' ? '' : `/${location.prefix}`}`;
    this.#options = options;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /**
   * What the client gets with each request: a signal of its own, since Node.js 20 warns on stderr of more than ten that listen to one.
   */
  get http(): { abortSignal?: AbortSignal } {
    return this.signal === undefined ? {} : { abortSignal: AbortSignal.any([this.signal]) };
  }

  /** The bucket, and what S3 calls a key of ours. */
  at(key: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.location;
    return { Bucket: bucket, Key: prefix === '' ? key : `${prefix}/${key}` };
  }

  /** What messages call a key. */
  nameOf(key: string): string {
    return `${this.url}/${key}`;
  }

  /**
   * Makes a request until it is answered.
   *
   * @param doing what is under way, to follow the word "while"
   * @param request told which try it is, from 1; its errors are those of the client, or our own, which are final
   * @throws {DatasetError} `STORAGE` and others, and the signal's reason
   */
  async ask<T>(doing: string, request: (attempt: number) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      this.signal?.throwIfAborted();
      try {
        const answer = await request(attempt);
        this.#answered = true;
        return answer;
      } catch (error) {
        await this.pauseOrThrow(doing, error, attempt);
      }
    }
  }

  /** Waits after a try that failed, from 1; throws where a further one is of no use. */
  async pauseOrThrow(doing: string, error: unknown, attempt: number): Promise<void> {
    this.signal?.throwIfAborted();
    const failure = failureOf(error);
    this.#answered ||= !isUnreachable(failure);
    const policy = this.#options.retry ?? STORAGE_RETRY;
    const attempts = this.#answered ? policy.attempts : Math.min(policy.attempts, FIRST_ATTEMPTS);
    if (!isPassing(failure) || attempt >= attempts) throw this.fault(doing, error);
    await pauseAfter(attempt, policy, this.signal);
  }

  /** An error of the client as one of our own. */
  fault(doing: string, error: unknown): Error {
    const { url, location, connection } = this;
    return asStorageError(error, { url, bucket: location.bucket, endpoint: connection.endpoint, doing });
  }
}
