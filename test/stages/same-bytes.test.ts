import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobOptions } from '../../src/stages/job-spec.js';
import { FolderStorage } from '../../src/storage/folder.js';
import { openStorage } from '../../src/storage/open-storage.js';
import { FAKE_BUCKET, FakeS3 } from '../fixtures/fake-s3.js';
import { digestsIn, emptyFolder, everythingIn, sha256 } from '../fixtures/folder.js';
import { INPUTS, type WrittenInput } from '../fixtures/inputs.js';
import { useS3Settings } from '../fixtures/s3-settings.js';
import { machineWith, openJob, prepareHere, runJob } from './jobs.js';

/** Makes a data set by the stages in a folder, and compares every file with what this machine makes alone. */
async function expectSame(input: WrittenInput, options: JobOptions): Promise<void> {
  const { folder, definition } = input;
  const { maps: _, ...alone } = options;
  const here = await prepareHere(input, alone);
  const out = await emptyFolder();
  const machine = await machineWith(folder);
  try {
    await runJob(await openJob(new FolderStorage(out), definition, options), machine);
  } finally {
    await machine.close();
  }
  const there = join(out, definition.name, definition.version);
  expect(await digestsIn(there)).toEqual(await digestsIn(here));
  expect(await everythingIn(out)).toEqual([
    'own/',
    'own/1.0.0/',
    ...Object.keys(await digestsIn(here)).map((file) => `own/1.0.0/${file}`),
  ]);
}

const ALL = ['tfrecord', 'array_record', 'arrow', 'parquet'] as const;

describe('a data set that was made in stages', () => {
  describe.each(Object.entries(INPUTS))('of %s', (_, make) => {
    it.each([1, 3, 10])('is the same, byte for byte, from %i map tasks a split', async (maps) => {
      await expectSame(await make(), { formats: ALL, numShards: 3, maps });
    });
  });

  it.each<JobOptions>([
    { formats: ALL, maps: 2, image: 'tensor' },
    { formats: ALL, maps: 2, image: 'tensor', tensors: 'extension', index: true },
    { formats: ['parquet'], maps: 3, compression: 'none', numShards: 7 },
    { formats: ['arrow'], maps: 3, arrowForm: 'stream', index: true, numShards: 2 },
    { formats: ['tfrecord'], maps: 70, numShards: 1 },
    { formats: ['tfrecord'], maps: 2, numShards: 70 },
    {},
  ])('is the same with %o', async (options) => {
    await expectSame(await INPUTS['images and labels, gzip'](), options);
  });

  it.each([
    'images and labels, gzip',
    'bool tensors, NPY',
    'parts of few rows of a class each, with keys',
  ] as const)('is the same in object storage, of %s', async (name) => {
    const input = await INPUTS[name]();
    const here = await prepareHere(input, { formats: ALL, numShards: 3 });
    const fake = await FakeS3.start();
    const machine = await machineWith(input.folder);
    try {
      useS3Settings(fake.settings());
      const storage = await openStorage(`s3://${FAKE_BUCKET}/data`);
      await runJob(
        await openJob(storage, input.definition, { formats: ALL, numShards: 3, maps: 3 }),
        machine,
      );
    } finally {
      await machine.close();
      await fake.stop();
    }
    const prefix = 'data/own/1.0.0/';
    const there = [...fake.objects].map(([key, { bytes }]) => [key.replace(prefix, ''), sha256(bytes)]);
    expect(Object.fromEntries(there)).toEqual(await digestsIn(here));
  });
});
