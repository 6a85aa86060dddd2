import { createHash } from 'node:crypto';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksumsText } from '../../src/directory/manifest/checksums.js';
import { datasetInfoJson, type SplitInfo } from '../../src/directory/manifest/dataset-info.js';
import { featuresJson } from '../../src/directory/manifest/features.js';
import { datasetDirectory, lookAtTarget } from '../../src/directory/publish/target.js';
import { readDirectory } from '../../src/directory/read.js';
import { isWhole } from '../../src/directory/text.js';
import { type FormatName, shardTemplate } from '../../src/formats/formats.js';
import { shardFileName } from '../../src/plan/filename.js';
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

/** Why a directory is no whole data set, of which the first reason is told; or that it is one. */
async function stateOf(directory: string): Promise<string> {
  const there = await readDirectory(directory);
  if (isWhole(there)) return 'whole';
  const fault = there.faults.find(({ error }) => error.code !== 'FILE_EXTRA');
  return fault?.error.message ?? 'without features';
}

describe('readDirectory', () => {
  it('finds nothing', async () => {
    const dir = await scratchDir();
    const path = join(dir, 'tiny', '1.2.3');
    expect(await lookAtTarget(path)).toBeUndefined();
    await expect(readDirectory(path)).rejects.toMatchObject({ code: 'NO_DATASET' });
  });

  it('does not take an empty directory for a data set, nor one with a catalog alone for empty', async () => {
    const dir = await scratchDir();
    expect(await lookAtTarget(dir)).toBeUndefined();
    await mkdir(join(dir, 'catalog'));
    expect(await stateOf(dir)).toBe('dataset_info.json is missing');
  });

  it('finds a whole data set', async () => {
    const there = await readDirectory(await tinyTarget());
    expect(isWhole(there)).toBe(true);
    expect(there.faults).toEqual([]);
    expect([...there.files.keys()]).toEqual([...tinyFiles().keys(), 'SHA256SUMS'].sort());
    expect(there).toMatchObject({ writer: 'idx-shards', formats: ['tfrecord'] });
    expect(there.info).toMatchObject({ name: 'tiny', version: '1.2.3', supervisedKeys: ['image', 'label'] });
    expect(there.shards.map(({ split, shard, start, rows }) => [split.name, shard, start, rows])).toEqual([
      ['train', 0, 0, 2],
      ['train', 1, 2, 1],
      ['test', 0, 0, 1],
    ]);
    expect(there.classNames.get('label')).toEqual(['one', 'two', 'three']);
  });

  it('finds one of TFDS, without checksums', async () => {
    const dir = await tinyTarget();
    await rm(join(dir, 'SHA256SUMS'));
    expect(await stateOf(dir)).toBe('whole');
  });

  it('finds a directory by a link', async () => {
    const link = join(await scratchDir(), 'link');
    await symlink(await tinyTarget(), link);
    expect(await stateOf(link)).toBe('whole');
  });

  it.each(['dataset_info.json', 'features.json', 'label.labels.txt', TRAIN_1, TEST_0])(
    'misses %s',
    async (file) => {
      const dir = await tinyTarget();
      await rm(join(dir, file));
      expect(await stateOf(dir)).toBe(`${file} is missing`);
    },
  );

  it.each(['dataset_info.json', 'features.json', TRAIN_1, TEST_0])(
    'misses %s where there are no checksums',
    async (file) => {
      const dir = await tinyTarget();
      await rm(join(dir, 'SHA256SUMS'));
      await rm(join(dir, file));
      expect(await stateOf(dir)).toBe(`${file} is missing`);
    },
  );

  it.each([
    [TRAIN_1, 'train', 215],
    [TRAIN_1, 'train', 217],
    [TEST_0, 'test', 105],
  ])('sees that %s, of %s, has %i bytes', async (file, split, length) => {
    const dir = await tinyTarget();
    await truncate(join(dir, file), length);
    expect(await stateOf(dir)).toBe(
      `the TFRecord shards of ${split} have another size than the manifest says`,
    );
  });

  it('misses a file that the checksums alone name', async () => {
    const dir = await tinyTarget();
    const files = tinyFiles().set('tiny-train.parquet-00000-of-00001', '');
    await writeFile(join(dir, 'SHA256SUMS'), checksumsOf(files));
    expect(await stateOf(dir)).toBe('tiny-train.parquet-00000-of-00001 is missing');
  });

  it.each(['', 'no checksums\n', `${'a'.repeat(64)}  dataset_info.json`])(
    'does not take %j for checksums',
    async (text) => {
      const dir = await tinyTarget();
      await writeFile(join(dir, 'SHA256SUMS'), text);
      expect(await stateOf(dir)).toBe('SHA256SUMS has a line of another form, or its last line is not ended');
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
    expect(await stateOf(dir)).toMatch(
      /^dataset_info\.json is (not JSON|in no form that TFDS has written: )/,
    );
  });

  it('misses the shards that a manifest of another data set names', async () => {
    const dir = await tinyTarget();
    await writeFile(
      join(dir, 'dataset_info.json'),
      datasetInfoJson(tinyDefinition({ name: 'other' }), SPLITS, ['tfrecord']),
    );
    expect(await stateOf(dir)).toBe('other-train.tfrecord-00000-of-00002 is missing');
  });

  it('follows the manifest’s template, and knows lengths of TFRecord alone', async () => {
    const dir = await scratchDir();
    const manifest = {
      name: 'tiny',
      version: '1.2.3',
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
    await writeFile(join(dir, 'features.json'), featuresJson(tinyDefinition()));
    const shard = 'tiny-train-00000-of-00001.array_record';
    expect(await stateOf(dir)).toBe(`${shard} is missing`);
    await writeFile(join(dir, shard), 'of any length');
    expect(await stateOf(dir)).toBe('whole');
  });

  /** A data set in these formats alone, with some of its files lost. */
  async function inFormats(formats: FormatName[], { lost = [] }: { lost?: string[] } = {}): Promise<string> {
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
    files.set('SHA256SUMS', checksumsOf(files));
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
    expect(await stateOf(await inFormats(formats))).toBe('whole');
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
      expect(await stateOf(dir)).toBe(`${lost} is missing`);
    },
  );

  it('finds a whole data set in Parquet alone, and without checksums; not where it lost a shard', async () => {
    const dir = await inFormats(['parquet']);
    await rm(join(dir, 'SHA256SUMS'));
    expect(await stateOf(dir)).toBe('whole');
    await rm(join(dir, 'tiny-train-00001-of-00002.parquet'));
    expect(await stateOf(dir)).toBe('tiny-train-00001-of-00002.parquet is missing');
  });

  it('sees no hindrance in the catalog of a data set, whole or not', async () => {
    const dir = await tinyTarget();
    const whole = await readDirectory(dir);
    await mkdir(join(dir, 'catalog'));
    await mkdir(join(dir, 'incomplete.idx-shards-0a1b2c_catalog'));
    expect(await readDirectory(dir)).toEqual(whole);
    expect(await stateOf(dir)).toBe('whole');
    await rm(join(dir, TEST_0));
    expect(await stateOf(dir)).toBe(`${TEST_0} is missing`);
  });

  it('finds files that are not a data set’s', async () => {
    const dir = await tinyTarget();
    const foreign = ['other-train.tfrecord-00000-of-00001', 'thesis.doc', 'tiny-backup.tar', 'tinytrain'];
    for (const file of foreign) await writeFile(join(dir, file), '');
    expect(await stateOf(dir)).toBe('whole');
    await rm(join(dir, 'features.json'));
    const { faults } = await readDirectory(dir);
    const extra = faults.filter(({ error }) => error.code === 'FILE_EXTRA').map(({ file }) => file);
    expect(extra).toEqual(foreign);
  });

  it('refuses a path that is a file', async () => {
    const path = join(await scratchDir(), '1.2.3');
    await writeFile(path, '');
    await expect(readDirectory(path)).rejects.toMatchObject({ code: 'NO_DATASET' });
    await expect(lookAtTarget(path)).rejects.toMatchObject({ name: 'DatasetError', code: 'OUTPUT_OCCUPIED' });
  });

  it('knows what TFDS may write beside the shards', async () => {
    const dir = await tinyTarget();
    await rm(join(dir, 'SHA256SUMS'));
    for (const file of ['LICENSE', 'metadata.json']) await writeFile(join(dir, file), '');
    expect((await readDirectory(dir)).faults).toEqual([]);
  });

  it('takes an image of no one size, or that is no PNG, for a feature that is not looked into', async () => {
    const dir = await tinyTarget();
    const classes = 'tensorflow_datasets.core.features';
    const old = (type: string, content: object) => ({ type: `${classes}.${type}`, content });
    const image = (image: object) => ({ pythonClassName: `${classes}.image_feature.Image`, image });
    const shape = (...dimensions: string[]) => ({ shape: { dimensions } });
    for (const features of [
      old('features_dict.FeaturesDict', {
        image: old('image_feature.Image', { shape: [null, null, 1], dtype: 'uint8', encoding_format: 'png' }),
        jpeg: old('image_feature.Image', { shape: [8, 8, 1], dtype: 'uint8', encoding_format: 'jpeg' }),
        text: old('text_feature.Text', {}),
        nested: old('features_dict.FeaturesDict', {
          a: old('feature.Tensor', { shape: [], dtype: 'int64' }),
        }),
        scalar: old('feature.Tensor', { shape: [], dtype: 'int64' }),
        label: old('class_label_feature.ClassLabel', { num_classes: 3 }),
      }),
      {
        featuresDict: {
          features: {
            image: image({ ...shape('-1', '-1', '1') }),
            jpeg: image({ ...shape('8', '8', '1'), encodingFormat: 'jpeg' }),
            text: { pythonClassName: `${classes}.text_feature.Text`, text: {} },
            nested: {
              pythonClassName: `${classes}.features_dict.FeaturesDict`,
              featuresDict: { features: {} },
            },
            scalar: { pythonClassName: `${classes}.feature.Tensor`, tensor: { dtype: 'int64', shape: {} } },
            label: {
              pythonClassName: `${classes}.class_label_feature.ClassLabel`,
              classLabel: { numClasses: '3' },
            },
          },
        },
      },
    ]) {
      await writeFile(join(dir, 'features.json'), JSON.stringify(features));
      expect((await readDirectory(dir)).features).toEqual([
        { name: 'image', kind: 'other', className: `${classes}.image_feature.Image` },
        { name: 'jpeg', kind: 'other', className: `${classes}.image_feature.Image` },
        { name: 'text', kind: 'other', className: `${classes}.text_feature.Text` },
        { name: 'nested', kind: 'other', className: `${classes}.features_dict.FeaturesDict` },
        { name: 'scalar', kind: 'tensor', dtype: 'int64', shape: [], encoding: 'none' },
        { name: 'label', kind: 'label', classes: 3 },
      ]);
    }
  });
});
