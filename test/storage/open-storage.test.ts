import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import { isStorageUrl, parseS3Url } from '../../src/storage/s3-url.js';
import { errorOf } from './cases.js';
import { startFake } from './fake.js';

describe('what --out names', () => {
  it.each([
    ['./data', resolve('data')],
    ['data/', resolve('data')],
    ['/mnt/shared//x/', '/mnt/shared/x'],
    ['~/data', join(homedir(), 'data')],
    ['s3', resolve('s3')],
    ['s3:/bucket', resolve('s3:/bucket')],
    ['C:/data', resolve('C:/data')],
  ])('%s is the folder %s', async (out, folder) => {
    expect((await openStorage(out)).url).toBe(folder);
    expect(isStorageUrl(out)).toBe(false);
  });

  it.each([
    ['s3://bucket', 's3://bucket'],
    ['s3://bucket/', 's3://bucket'],
    ['S3://my.bucket-1/a b/c+d/%20/', 's3://my.bucket-1/a b/c+d/%20'],
    ['s3://bucket//a', 's3://bucket/a'],
  ])('%s is the place %s', async (out, url) => {
    await startFake();
    expect(isStorageUrl(out)).toBe(true);
    expect((await openStorage(out)).url).toBe(url);
  });

  it('is a bucket and what keys begin with', () => {
    expect(parseS3Url('s3://b-1/x/y/')).toEqual({ bucket: 'b-1', prefix: 'x/y' });
    expect(parseS3Url('s3://b-1')).toEqual({ bucket: 'b-1', prefix: '' });
  });

  it.each([
    ['s3://', 'no bucket'],
    ['s3:///prefix', 'no bucket'],
    ['s3://bucket/x?versionId=1', 'query'],
    ['s3://bucket/x#y', 'fragment'],
    ['s3://me:secret@bucket/x', 'password'],
    ['s3://me:sec/ret@bucket/x', 'bucket'],
    ['s3://secret@bucket', 'password'],
    ['s3://localhost:9000/bucket', 'no name of a bucket'],
    ['s3://bu cket/x', 'no name of a bucket'],
    ['s3://bucket/a/../b', '..'],
    ['s3://bucket/a//b', 'empty'],
  ])('%s is an error', async (out, part) => {
    const error = await errorOf(openStorage(out));
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2 });
    expect(error.message).toContain(part);
    expect(JSON.stringify([error.message, error.found, error.next])).not.toContain('sec');
  });

  it.each([
    ['gs://bucket/x', 'gcloud'],
    ['az://container/x', 'azcopy'],
    ['abfss://fs@account/x', 'azcopy'],
    ['s3a://bucket/x', 's3://'],
    ['file:///data', 'folder'],
    ['hdfs://host/x', 'hdfs'],
    ['https://host/bucket', 'AWS_ENDPOINT_URL'],
    ['ftp://me:secret@host/x', undefined],
  ])('%s is an error that says what serves instead', async (out, next) => {
    const error = await errorOf(openStorage(out));
    expect(error.code).toBe('USAGE');
    if (next === undefined) expect(error.next).toBeUndefined();
    else expect(error.next).toContain(next);
    expect(JSON.stringify([error.message, error.found, error.next])).not.toContain('secret');
  });
});
