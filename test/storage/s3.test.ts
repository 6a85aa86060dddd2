import { afterAll, describe, type TestContext } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.js';
import { builtVersitygw } from '../conformance/readers.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { Versitygw } from '../fixtures/versitygw.js';
import { storageCases } from './cases.js';
import { openFake } from './fake.js';

describe('object storage, a fake of it', () => {
  storageCases(async () => (await openFake()).storage);
});

describe('object storage, versitygw', () => {
  let server: Promise<Versitygw> | undefined;
  let opened = 0;
  afterAll(async () => (await server)?.stop());

  storageCases(async (context: TestContext) => {
    const program = await builtVersitygw(context);
    server ??= Versitygw.start(program);
    const { settings, bucket } = await server;
    useS3Settings(settings);
    return openStorage(`s3://${bucket}/case ${opened++}`);
  });
});
