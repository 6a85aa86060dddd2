import { onTestFinished } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import type { StorageOptions } from '../../src/storage/options.js';
import type { RetryPolicy } from '../../src/storage/retry.js';
import type { Storage } from '../../src/storage/storage.js';
import { FAKE_BUCKET, FakeS3, type FakeS3Options } from '../fixtures/fake-s3.js';
import { useS3Settings } from '../fixtures/s3-settings.js';

/** Waits between tries are of no interest here. */
export const RETRY: RetryPolicy = { attempts: 5, baseDelay: 1, maxDelay: 2 };

/** A fake, which this process uses until the test has ended. */
export async function startFake(options?: FakeS3Options): Promise<FakeS3> {
  const fake = await FakeS3.start(options);
  onTestFinished(() => fake.stop());
  useS3Settings(fake.settings());
  return fake;
}

/** A storage in a fake's bucket, below the prefix `data`. */
export async function openFake(options: StorageOptions = {}): Promise<{ fake: FakeS3; storage: Storage }> {
  const fake = await startFake();
  return { fake, storage: await openStorage(`s3://${FAKE_BUCKET}/data`, { retry: RETRY, ...options }) };
}
