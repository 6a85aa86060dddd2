import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetDefinition } from '../../../src/dataset/definition.js';
import { datasetInfoJson } from '../../../src/directory/manifest/dataset-info.js';
import { featuresJson, labelsFileName, labelsText } from '../../../src/directory/manifest/features.js';
import { otherPart } from '../../../src/directory/publish/other-data.js';
import { type DatasetDirectory, readDirectory } from '../../../src/directory/read.js';
import { tinyDefinition } from '../../dataset/tiny.js';
import { scratchDir } from '../../scratch-dir.js';

/** What stands in a directory whose manifests were written of a definition. */
async function written(definition: DatasetDefinition): Promise<DatasetDirectory> {
  const directory = await scratchDir();
  const splits = definition.splits.map(({ name, rows }) => ({ name, numBytes: 1, shardLengths: [rows] }));
  await writeFile(join(directory, 'dataset_info.json'), datasetInfoJson(definition, splits, ['tfrecord']));
  await writeFile(join(directory, 'features.json'), featuresJson(definition));
  const { label } = definition;
  if (label?.classNames !== undefined)
    await writeFile(join(directory, labelsFileName(label.name)), labelsText(label.classNames));
  return readDirectory(directory);
}

const tiny = tinyDefinition();
const { label: _, ...unlabelled } = tiny;
const [train, test] = tiny.splits;

describe('otherPart', () => {
  it('finds none where the manifests are those of the definition', async () => {
    expect(otherPart(tiny, await written(tiny))).toBeUndefined();
    expect(otherPart(unlabelled, await written(unlabelled))).toBeUndefined();
  });

  it('minds neither the order of splits, nor what is told of the data set', async () => {
    const there = await written({
      ...tiny,
      splits: [test!, train!],
      description: 'Another.',
      citation: '@misc{other}',
      homepage: 'https://other.invalid/',
      license: 'mit',
      mirrors: [],
    });
    expect(otherPart(tiny, there)).toBeUndefined();
  });

  it('takes classes without names for their numbers', async () => {
    const numbers = { name: 'label', classes: 3, classNames: ['0', '1', '2'] };
    const unnamed = { name: 'label', classes: 3 };
    expect(
      otherPart({ ...tiny, label: numbers }, await written({ ...tiny, label: unnamed })),
    ).toBeUndefined();
    expect(
      otherPart({ ...tiny, label: unnamed }, await written({ ...tiny, label: numbers })),
    ).toBeUndefined();
  });

  it('cannot tell where a manifest is missing', async () => {
    const there = await written({ ...tiny, name: 'other' });
    expect(otherPart(tiny, { ...there, info: undefined })).toBeUndefined();
    expect(otherPart(tiny, { ...there, features: undefined })).toBeUndefined();
  });

  it.each<[what: string, change: Partial<DatasetDefinition>, asked: string, there: string]>([
    ['name', { name: 'other' }, 'tiny 1.2.3', 'other 1.2.3'],
    ['name', { version: '1.2.4' }, 'tiny 1.2.3', 'tiny 1.2.4'],
    ['name', { config: { name: 'small', description: 'Small.' } }, 'tiny 1.2.3', 'tiny/small 1.2.3'],
    [
      'splits',
      { splits: [{ ...train!, rows: 4 }, test!] },
      'test: 1 examples, train: 3 examples',
      'test: 1 examples, train: 4 examples',
    ],
    ['splits', { splits: [train!] }, 'test: 1 examples, train: 3 examples', 'train: 3 examples'],
    [
      'features',
      { image: { name: 'image', shape: [3, 2, 1] } },
      'image: image of 2x3x1, uint8, label: label of 3 classes',
      'image: image of 3x2x1, uint8, label: label of 3 classes',
    ],
    [
      'features',
      { label: { name: 'label', classes: 4 } },
      'image: image of 2x3x1, uint8, label: label of 3 classes',
      'image: image of 2x3x1, uint8, label: label of 4 classes',
    ],
    [
      'features',
      { label: undefined },
      'image: image of 2x3x1, uint8, label: label of 3 classes',
      'image: image of 2x3x1, uint8',
    ],
    [
      'class names',
      { label: { name: 'label', classes: 3, classNames: ['one', 'zwei', 'drei'] } },
      'class 1 is "two"',
      'class 1 is "zwei"',
    ],
    ['class names', { label: { name: 'label', classes: 3 } }, 'class 0 is "one"', 'class 0 is "0"'],
  ])('tells of another %s: %j', async (what, change, asked, found) => {
    const there = await written({ ...tiny, ...change });
    expect(otherPart(tiny, there)).toEqual({ what, asked, there: found });
  });
});
