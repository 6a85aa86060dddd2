import { afterAll, describe, type TestContext } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { Versitygw } from '../fixtures/versitygw.js';
import { storageCases } from '../storage/cases.js';
import { versitygwPath } from './readers.js';

describe('object storage of versitygw', () => {
  let server: Promise<Versitygw> | undefined;
  let opened = 0;
  afterAll(async () => (await server)?.stop());

  storageCases(async (context: TestContext) => {
    const program = await versitygwPath(context);
    server ??= Versitygw.start(program);
    const { settings, bucket } = await server;
    useS3Settings(settings);
    return openStorage(`s3://${bucket}/case ${opened++}`);
  });
});
