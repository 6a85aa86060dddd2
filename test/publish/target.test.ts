import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksumsText } from '../../src/manifest/checksums.js';
import { datasetInfoJson, type SplitInfo } from '../../src/manifest/dataset-info.js';
import { featuresJson } from '../../src/manifest/features.js';
import { shardFileName } from '../../src/plan/filename.js';
import { datasetDirectory, inspectTarget } from '../../src/publish/target.js';
import { type FormatName, shardTemplate } from '../../src/shard/formats.js';
import { tinyDefinition } from '../dataset/tiny.js';
import { scratchDir } from '../scratch-dir.js';

const SPLITS: SplitInfo[] = [
  { name: 'train', numBytes: 500, shardLengths: [2, 1] },
  { name: 'test', numBytes: 90, shardLengths: [1] },
];

/** Files of a whole data set; of a shard only its length matters here, 16 bytes of framing a row. */
function tinyFiles(): Map<string, string> {
  const shard = (split: string, number: number, shards: number): string =>
    shardFileName({ dataset: 'tiny', split, format: 'tfrecord', shard: number, shards });
  return new Map([
    ['dataset_info.json', datasetInfoJson(tinyDefinition(), SPLITS, ['tfrecord'])],
    ['features.json', featuresJson(tinyDefinition())],
    ['label.labels.txt', 'one\ntwo\nthree\n'],
    [shard('train', 0, 2), 'x'.repeat(300 + 2 * 16)],
    [shard('train', 1, 2), 'x'.repeat(200 + 16)],
    [shard('test', 0, 1), 'x'.repeat(90 + 16)],
  ]);
}

function checksumsOf(files: ReadonlyMap<string, string>): string {
  const digests = Array.from(files, ([file, text]) => {
    return [file, createHash('sha256').update(text).digest('hex')] as const;
  });
  return checksumsText(new Map(digests));
}

/** A directory with the files of a whole data set and their checksums. */
async function tinyTarget(): Promise<string> {
  const files = tinyFiles();
  files.set('SHA256SUMS', checksumsOf(files));
  const dir = join(await scratchDir(), '1.2.3');
  await mkdir(dir);
  for (const [file, text] of files) await writeFile(join(dir, file), text);
  return dir;
}

const TRAIN_1 = 'tiny-train.tfrecord-00001-of-00002';
const TEST_0 = 'tiny-test.tfrecord-00000-of-00001';

describe('datasetDirectory', () => {
  it('is where TFDS looks', () => {
    expect(datasetDirectory('data', { name: 'mnist', version: '3.0.1' })).toBe(
      join('data', 'mnist', '3.0.1'),
    );
    const config = { name: 'letters' };
    expect(datasetDirectory('data', { name: 'emnist', config, version: '3.1.0' })).toBe(
      join('data', 'emnist', 'letters', '3.1.0'),
    );
  });
});

describe('inspectTarget', () => {
  it('finds nothing', async () => {
    const dir = await scratchDir();
    expect(await inspectTarget(join(dir, 'tiny', '1.2.3'), 'tiny')).toEqual({ state: 'absent' });
  });

  it('does not take an empty directory for a data set, nor one with a catalog alone for empty', async () => {
    const dir = await scratchDir();
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'empty' });
    await mkdir(join(dir, 'catalog'));
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: 'dataset_info.json' });
  });

  it('finds a whole data set', async () => {
    expect(await inspectTarget(await tinyTarget(), 'tiny')).toEqual({
      state: 'complete',
      files: [...tinyFiles().keys(), 'SHA256SUMS'].sort(),
    });
  });

  it('finds one of TFDS, without checksums', async () => {
    const dir = await tinyTarget();
    await rm(join(dir, 'SHA256SUMS'));
    expect(await inspectTarget(dir, 'tiny')).toMatchObject({ state: 'complete' });
  });

  it('finds a directory by a link', async () => {
    const link = join(await scratchDir(), 'link');
    await symlink(await tinyTarget(), link);
    expect(await inspectTarget(link, 'tiny')).toMatchObject({ state: 'complete' });
  });

  it.each(['dataset_info.json', 'features.json', 'label.labels.txt', TRAIN_1, TEST_0])(
    'misses %s',
    async (file) => {
      const dir = await tinyTarget();
      await rm(join(dir, file));
      expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: file });
    },
  );

  it.each(['dataset_info.json', 'features.json', TRAIN_1, TEST_0])(
    'misses %s where there are no checksums',
    async (file) => {
      const dir = await tinyTarget();
      await rm(join(dir, 'SHA256SUMS'));
      await rm(join(dir, file));
      expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: file });
    },
  );

  it.each([
    [TRAIN_1, 'train', 215],
    [TRAIN_1, 'train', 217],
    [TRAIN_1, 'train', 0],
    [TEST_0, 'test', 105],
  ])('sees that %s, of %s, has %i bytes', async (file, split, length) => {
    const dir = await tinyTarget();
    await truncate(join(dir, file), length);
    expect(await inspectTarget(dir, 'tiny')).toEqual({
      state: 'incomplete',
      missing: `a part of the split ${split}`,
    });
  });

  it('misses a file that the checksums alone name', async () => {
    const dir = await tinyTarget();
    const files = tinyFiles().set('tiny-train.parquet-00000-of-00001', '');
    await writeFile(join(dir, 'SHA256SUMS'), checksumsOf(files));
    expect(await inspectTarget(dir, 'tiny')).toEqual({
      state: 'incomplete',
      missing: 'tiny-train.parquet-00000-of-00001',
    });
  });

  it.each(['', 'no checksums\n', `${'a'.repeat(64)}  dataset_info.json`])(
    'does not take %j for checksums',
    async (text) => {
      const dir = await tinyTarget();
      await writeFile(join(dir, 'SHA256SUMS'), text);
      expect(await inspectTarget(dir, 'tiny')).toEqual({
        state: 'incomplete',
        missing: 'a readable SHA256SUMS',
      });
    },
  );

  it.each([
    ['nothing', ''],
    ['half of it', datasetInfoJson(tinyDefinition(), SPLITS, ['tfrecord']).slice(0, 400)],
    ['another JSON', '[]'],
    ['no splits', datasetInfoJson(tinyDefinition(), [], ['tfrecord'])],
    ['splits of no length', '{"name":"tiny","fileFormat":"tfrecord","splits":[{"name":"train"}]}'],
  ])('does not take %s for a manifest', async (_, text) => {
    const dir = await tinyTarget();
    await writeFile(join(dir, 'dataset_info.json'), text);
    expect(await inspectTarget(dir, 'tiny')).toEqual({
      state: 'incomplete',
      missing: 'a readable dataset_info.json',
    });
  });

  it('misses the shards that a manifest of another data set names', async () => {
    const dir = await tinyTarget();
    await writeFile(
      join(dir, 'dataset_info.json'),
      datasetInfoJson(tinyDefinition({ name: 'other' }), SPLITS, ['tfrecord']),
    );
    expect(await inspectTarget(dir, 'tiny')).toEqual({
      state: 'incomplete',
      missing: 'other-train.tfrecord-00000-of-00002',
    });
  });

  it('follows the manifest’s template, and knows lengths of TFRecord alone', async () => {
    const dir = await scratchDir();
    const manifest = {
      name: 'tiny',
      fileFormat: 'array_record',
      splits: [
        {
          filepathTemplate: '{DATASET}-{SPLIT}-{SHARD_X_OF_Y}.{FILEFORMAT}',
          name: 'train',
          numBytes: '500',
          shardLengths: ['3'],
        },
      ],
    };
    await writeFile(join(dir, 'dataset_info.json'), JSON.stringify(manifest));
    await writeFile(join(dir, 'features.json'), '{}');
    const shard = 'tiny-train-00000-of-00001.array_record';
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: shard });
    await writeFile(join(dir, shard), 'of any length');
    expect(await inspectTarget(dir, 'tiny')).toMatchObject({ state: 'complete' });
  });

  /** A data set in these formats alone, with some of its files lost; `checksummed` is what its checksums name. */
  async function inFormats(
    formats: FormatName[],
    { lost = [], checksummed }: { lost?: string[]; checksummed?: RegExp } = {},
  ): Promise<string> {
    const shards = SPLITS.flatMap(({ name, shardLengths }) =>
      formats.flatMap((format) =>
        shardLengths.map((_, shard, { length }): [string, string] => [
          shardFileName(
            { dataset: 'tiny', split: name, format, shard, shards: length },
            shardTemplate(format),
          ),
          'of any length',
        ]),
      ),
    );
    const files = new Map([
      ['dataset_info.json', datasetInfoJson(tinyDefinition(), SPLITS, formats)],
      ['features.json', featuresJson(tinyDefinition())],
      ...shards,
    ]);
    const named = [...files].filter(([file]) => checksummed?.test(file) !== false);
    files.set('SHA256SUMS', checksumsOf(new Map(named)));
    const dir = await scratchDir();
    for (const [file, text] of files) if (!lost.includes(file)) await writeFile(join(dir, file), text);
    return dir;
  }

  it.each([
    [['parquet']],
    [['arrow']],
    [['arrow', 'parquet']],
    [['array_record']],
    [['array_record', 'parquet']],
  ] satisfies [FormatName[]][])('finds a whole data set in %j, without TFRecord', async (formats) => {
    expect(await inspectTarget(await inFormats(formats), 'tiny')).toMatchObject({ state: 'complete' });
  });

  it.each([
    { formats: ['arrow', 'parquet'], lost: 'tiny-test-00000-of-00001.parquet' },
    { formats: ['arrow', 'parquet'], lost: 'tiny-train-00001-of-00002.arrow' },
    { formats: ['array_record'], lost: 'tiny-train.array_record-00001-of-00002' },
    { formats: ['array_record', 'tfrecord'], lost: 'tiny-train.array_record-00001-of-00002' },
    { formats: ['array_record', 'arrow'], lost: 'dataset_info.json' },
  ] satisfies { formats: FormatName[]; lost: string }[])(
    'misses $lost in $formats',
    async ({ formats, lost }) => {
      const dir = await inFormats(formats, { lost: [lost] });
      expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: lost });
    },
  );

  it.each([
    ['no shards', /json$/],
    ['a split', /json$|train/],
    ['a shard', /json$|train|test.*arrow|00000-of-00002/],
  ])('does without TFRecord shards where the checksums name others: not where %s', async (_, checksummed) => {
    const parquet = await inFormats(['parquet'], { checksummed });
    expect(await inspectTarget(parquet, 'tiny')).toMatchObject({ state: 'incomplete' });
  });

  it('misses the shards of a data set without TFRecord, and without checksums', async () => {
    const dir = await inFormats(['parquet']);
    await rm(join(dir, 'SHA256SUMS'));
    expect(await inspectTarget(dir, 'tiny')).toEqual({
      state: 'incomplete',
      missing: 'tiny-train.tfrecord-00000-of-00002',
    });
  });

  it('sees no hindrance in the catalog of a data set, whole or not', async () => {
    const dir = await tinyTarget();
    const { state, ...whole } = await inspectTarget(dir, 'tiny');
    await mkdir(join(dir, 'catalog'));
    await mkdir(join(dir, 'incomplete.idx-shards-0a1b2c_catalog'));
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'complete', ...whole });
    expect(state).toBe('complete');
    await rm(join(dir, TEST_0));
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'incomplete', missing: TEST_0 });
  });

  it('finds files that are not a data set’s', async () => {
    const dir = await tinyTarget();
    const foreign = ['other-train.tfrecord-00000-of-00001', 'thesis.doc', 'tiny-backup.tar', 'tinytrain'];
    for (const file of foreign) await writeFile(join(dir, file), '');
    expect(await inspectTarget(dir, 'tiny')).toMatchObject({ state: 'complete' });
    await rm(join(dir, 'features.json'));
    expect(await inspectTarget(dir, 'tiny')).toEqual({ state: 'foreign', files: foreign });
  });

  it('refuses a path that is a file', async () => {
    const path = join(await scratchDir(), '1.2.3');
    await writeFile(path, '');
    await expect(inspectTarget(path, 'tiny')).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DISK',
      message: `the file system refused while looking at ${path}`,
    });
  });

  it('refuses a manifest that is a directory', async () => {
    const dir = await scratchDir();
    await mkdir(join(dir, 'dataset_info.json'));
    await writeFile(join(dir, 'features.json'), '{}');
    await expect(inspectTarget(dir, 'tiny')).rejects.toMatchObject({ code: 'DISK' });
  });
});
