import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { archiveBytes } from '../../../src/dataset/definition.js';
import { loadDefinition } from '../../../src/dataset/registry.js';
import { datasetInfoJson } from '../../../src/directory/manifest/dataset-info.js';
import type { FormatName } from '../../../src/formats/formats.js';
import { tinyDefinition } from '../../dataset/tiny.js';

describe('datasetInfoJson', () => {
  it('describes MNIST as TFDS 4.9 does, byte for byte', async () => {
    const text = datasetInfoJson(
      await loadDefinition('mnist'),
      [
        { name: 'train', numBytes: 18_872_042, shardLengths: [60_000] },
        { name: 'test', numBytes: 3_150_056, shardLengths: [10_000] },
      ],
      ['tfrecord'],
    );
    expect(createHash('sha256').update(text).digest('hex')).toBe(
      '9062494e1431db31325242795ce8a780cdfa80ae6ea4ba15edf7289d167f2b3b',
    );
  });

  it('tells no size of a download where nothing is downloaded, and texts as TFDS keeps them', async () => {
    const info = (change: Parameters<typeof tinyDefinition>[0]): unknown =>
      JSON.parse(datasetInfoJson(tinyDefinition(change), [], ['tfrecord']));
    expect(info({ mirrors: [] })).not.toHaveProperty('downloadSize');
    expect(info({ mirrors: [], drawn: 'digits' })).toHaveProperty('downloadSize', '400');
    expect(info({ description: '\n  Two\n    lines.\n', citation: ' @misc{tiny}\n' })).toMatchObject({
      description: 'Two\n  lines.',
      citation: '@misc{tiny}',
    });
  });

  it('has every field, splits in the order given', () => {
    const { description: _, ...definition } = tinyDefinition();
    const text = datasetInfoJson(
      { ...definition, description: 'Drei Zeilen für Zurič.' },
      [
        { name: 'train', numBytes: 2 ** 40, shardLengths: [1, 2] },
        { name: 'test', numBytes: 300, shardLengths: [1] },
      ],
      ['tfrecord'],
    );
    expect(text).toContain('Drei Zeilen f\\u00fcr Zuri\\u010d.');
    expect(JSON.parse(text)).toEqual({
      citation: '@misc{tiny}',
      description: 'Drei Zeilen für Zurič.',
      downloadSize: '400',
      fileFormat: 'tfrecord',
      location: { urls: ['https://tiny.invalid/'] },
      moduleName: 'tiny_module',
      name: 'tiny',
      splits: [
        {
          filepathTemplate: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
          name: 'train',
          numBytes: '1099511627776',
          shardLengths: ['1', '2'],
        },
        {
          filepathTemplate: '{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}',
          name: 'test',
          numBytes: '300',
          shardLengths: ['1'],
        },
      ],
      supervisedKeys: { tuple: { items: [{ featureKey: 'image' }, { featureKey: 'label' }] } },
      version: '1.2.3',
    });
  });

  it('has config and release notes where there are some, in the order of the names', () => {
    const config = { name: 'small', description: 'The small one.' };
    const releaseNotes = { '1.10.0': 'Second.', '1.2.0': 'Third.', '1.0.0': 'First.' };
    const text = datasetInfoJson(tinyDefinition({ config, releaseNotes }), [], ['tfrecord']);
    const info: object = JSON.parse(text);
    expect(info).toMatchObject({ configName: 'small', configDescription: 'The small one.', releaseNotes });
    expect(Object.keys(info)).toEqual(Object.keys(info).toSorted());
    // Sorted as texts, as Python does.
    expect(text).toMatch(/"1\.0\.0": "First\.",\s+"1\.10\.0": "Second\.",\s+"1\.2\.0": "Third\."/);
    const bare = datasetInfoJson(tinyDefinition({ config: { name: 'small' } }), [], ['tfrecord']);
    expect(bare).not.toContain('configDescription');
  });

  it('leaves out what the definition does not tell', () => {
    const { name, version, description, mirrors, image, label, splits } = tinyDefinition();
    const bare = { name, version, description, mirrors, image, label, splits };
    const keys = Object.keys(JSON.parse(datasetInfoJson(bare, [], ['tfrecord'])));
    expect(keys).toEqual([
      'description',
      'downloadSize',
      'fileFormat',
      'name',
      'splits',
      'supervisedKeys',
      'version',
    ]);
  });

  it('names the features as the definition does', () => {
    const definition = tinyDefinition({
      image: { name: 'picture', shape: [2, 3, 1] },
      label: { name: 'kind', classes: 3 },
    });
    expect(JSON.parse(datasetInfoJson(definition, [], ['tfrecord'])).supervisedKeys.tuple.items).toEqual([
      { featureKey: 'picture' },
      { featureKey: 'kind' },
    ]);
  });
});

describe('datasetInfoJson of other formats', () => {
  const text = (...formats: FormatName[]): string => datasetInfoJson(tinyDefinition(), [], formats);
  const fields = (...formats: FormatName[]): unknown => {
    const { fileFormat, alternativeFileFormats } = JSON.parse(text(...formats));
    return { fileFormat, alternativeFileFormats };
  };

  it('says nothing of those that TFDS does not know', () => {
    const alone = text('tfrecord');
    expect(alone).not.toContain('alternativeFileFormats');
    expect(text('tfrecord', 'arrow', 'parquet')).toBe(alone);
    expect(text('parquet', 'arrow')).toBe(alone);
    expect(text('parquet')).toBe(alone);
  });

  it('names array_record where it is alone, or beside Arrow and Parquet', () => {
    const alone = { fileFormat: 'array_record', alternativeFileFormats: undefined };
    expect(fields('array_record')).toEqual(alone);
    expect(fields('parquet', 'array_record', 'arrow')).toEqual(alone);
  });

  it('names array_record after tfrecord, whatever the order, before the other fields as TFDS sorts them', () => {
    const besides = { fileFormat: 'tfrecord', alternativeFileFormats: ['array_record'] };
    expect(fields('tfrecord', 'array_record')).toEqual(besides);
    expect(fields('array_record', 'parquet', 'tfrecord')).toEqual(besides);
    expect(Object.keys(JSON.parse(text('tfrecord', 'array_record')))[0]).toBe('alternativeFileFormats');
  });
});

describe('archiveBytes', () => {
  it('is what TFDS says of MNIST', async () => {
    expect(archiveBytes(await loadDefinition('mnist'))).toBe(11_594_722);
  });

  it('counts a zip once', async () => {
    expect(archiveBytes(await loadDefinition('emnist/letters'))).toBe(561_753_746);
  });
});
