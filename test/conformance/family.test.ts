import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archivesOf } from '../../src/dataset/definition.js';
import { datasetInfoJson } from '../../src/directory/manifest/dataset-info.js';
import { featuresJson, labelsText } from '../../src/directory/manifest/features.js';
import { writeDefaultConfig } from '../../src/directory/publish/default-config.js';
import { datasetDirectory } from '../../src/directory/publish/target.js';
import { type DatasetDefinition, datasetId, loadDefinition } from '../../src/index.js';
import { definitionOf, FILES, gzip, idx } from '../fixtures/archives.js';
import { digitsRows } from '../fixtures/digits.js';
import { emptyFolder, everythingIn, sha256 } from '../fixtures/folder.js';
import { zipOf } from '../fixtures/zip.js';
import { given } from './given.js';
import { expectAsTfds } from './prepared-by-tfds.js';
import { askReader } from './readers.js';

const FAMILY = [
  'mnist',
  'fashion_mnist',
  'kmnist',
  'emnist/byclass',
  'emnist/bymerge',
  'emnist/balanced',
  'emnist/letters',
  'emnist/digits',
  'emnist/mnist',
  ...[
    'identity',
    'shot_noise',
    'impulse_noise',
    'glass_blur',
    'motion_blur',
    'shear',
    'scale',
    'rotate',
    'brightness',
    'translate',
    'stripe',
    'fog',
    'spatter',
    'dotted_line',
    'zigzag',
    'canny_edges',
  ].map((corruption) => `mnist_corrupted/${corruption}`),
  'pneumonia_mnist',
  'quickdraw_bitmap',
];

/** Members of the family that have configs: TFDS writes down which is the default one. */
const WITH_CONFIGS = ['emnist', 'mnist_corrupted'];

/** Splits of made-up sizes, cut as TFDS might cut them. */
function splitsOf({ splits }: DatasetDefinition) {
  return splits.map(({ name, rows }, at) => ({
    name,
    numBytes: rows * 314 + at,
    shardLengths: [Math.floor(rows / 2), Math.ceil(rows / 2)],
  }));
}

const text = (...path: string[]): Promise<string> => readFile(join(...path), 'utf8');

describe("the family's manifests", () => {
  it("are those that TFDS's own builders write, and its archives those that TFDS has recorded", async (context) => {
    const [theirs, ours] = [await emptyFolder(), await emptyFolder()];
    const definitions = await Promise.all(FAMILY.map(loadDefinition));
    const given = join(ours, 'datasets.json');
    const datasets = definitions.map((definition) => [
      datasetId(definition),
      { mirror: definition.mirrors[0], splits: splitsOf(definition) },
    ]);
    await writeFile(given, JSON.stringify(Object.fromEntries(datasets)));
    const archives = await askReader(context, 'write_family_manifests.py', [theirs, given]);

    for (const definition of definitions) {
      const directory = datasetDirectory(theirs, definition);
      const info = datasetInfoJson(definition, splitsOf(definition), ['tfrecord']);
      expect(info).toBe(await text(directory, 'dataset_info.json'));
      expect(featuresJson(definition)).toBe(await text(directory, 'features.json'));
      const { name, classNames } = definition.label!;
      if (classNames !== undefined)
        expect(labelsText(classNames)).toBe(await text(directory, `${name}.labels.txt`));
      const files = ['dataset_info.json', 'features.json'];
      expect((await readdir(directory)).sort()).toEqual(
        classNames === undefined ? files : [...files, `${name}.labels.txt`],
      );
      await writeDefaultConfig(ours, definition);
    }
    for (const name of WITH_CONFIGS)
      expect(await text(ours, name, '.config/metadata.json')).toBe(
        await text(theirs, name, '.config/metadata.json'),
      );
    expect(await everythingIn(ours)).toEqual(
      [
        'datasets.json',
        ...WITH_CONFIGS.flatMap((name) => [`${name}/`, `${name}/.config/`, `${name}/.config/metadata.json`]),
      ].sort(),
    );

    const recorded = definitions.map((definition) => [
      datasetId(definition),
      archivesOf(definition)
        .map(({ file, bytes, sha256 }) => [new URL(file, definition.mirrors[0]).href, bytes, sha256])
        .sort(),
    ]);
    expect(asLinks(archives)).toEqual(Object.fromEntries(recorded));
  });

  /** The archives of each in the order of their URLs, in which TFDS leaves spaces as they are. */
  function asLinks(archives: unknown): Record<string, unknown> {
    if (typeof archives !== 'object' || archives === null) throw new Error('no archives');
    return Object.fromEntries(
      Object.entries(archives).map(([name, list]) => {
        if (!Array.isArray(list)) throw new Error(`no archives of ${name}`);
        return [name, list.map(([url, ...facts]) => [new URL(url).href, ...facts]).sort()];
      }),
    );
  }
});

describe('TFDS itself, preparing the family from smaller archives,', () => {
  const TRAIN = 300;

  it('writes the same files and records of emnist/letters, and takes the first of more rows as we do', async (context) => {
    const letters = await loadDefinition('emnist/letters');
    const archives = await emptyFolder();
    const { images, labels } = digitsRows('train');
    const rows = 400;
    const content = {
      images: gzip(idx([rows, 28, 28], images.subarray(0, rows * 784))),
      labels: gzip(idx([rows], labels.subarray(0, rows))),
    };
    const zip = zipOf(
      letters.splits.flatMap((split) =>
        (['images', 'labels'] as const).map((part) => ({
          name: split[part]?.member ?? '',
          content: content[part],
          deflate: true,
        })),
      ),
    );
    await writeFile(join(archives, 'gzip.zip'), zip);
    const facts = { bytes: zip.length, sha256: sha256(zip) };
    const splits = letters.splits.map((split) => ({
      ...split,
      rows: split.name === 'train' ? TRAIN : 200,
      images: { ...split.images!, ...facts },
      labels: { ...split.labels!, ...facts },
    }));
    await expectAsTfds(context, { ...letters, splits }, archives);
  });

  it("writes the same files and records of kmnist, its own test split's among them", async (context) => {
    const kmnist = await loadDefinition('kmnist');
    const archives = await emptyFolder();
    await cp(given(context, 'archives/kmnist'), archives, { recursive: true });
    const { images, labels } = digitsRows('train');
    const train = new Map([
      [FILES.trainImages, gzip(idx([TRAIN, 28, 28], images.subarray(0, TRAIN * 784)))],
      [FILES.trainLabels, gzip(idx([TRAIN], labels.subarray(0, TRAIN)))],
    ]);
    for (const [file, bytes] of train) await writeFile(join(archives, file), bytes);
    const [split] = definitionOf(train, { trainRows: TRAIN }).splits;
    if (split === undefined) throw new Error('the definition has splits');
    await expectAsTfds(context, { ...kmnist, splits: [split, ...kmnist.splits.slice(1)] }, archives);
  });
});
