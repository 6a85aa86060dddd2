import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetId } from '../../src/dataset/definition.js';
import {
  datasetNames,
  loadDefinition,
  loadDefinitions,
  readDefinition,
  readDefinitions,
} from '../../src/dataset/registry.js';
import { scratchDir } from '../scratch-dir.js';
import { tinyConfigJson, tinyDefinition, tinyJson } from './tiny.js';

describe('datasetNames', () => {
  it('names what the project brings, in order', async () => {
    const names = await datasetNames();
    expect(names).toContain('mnist');
    expect(names).toContain('digits');
    expect(names).toContain('emnist/letters');
    expect(names).not.toContain('emnist');
    expect(names).toEqual(names.toSorted());
    expect(names.filter((name) => name.includes('.'))).toEqual([]);
  });
});

describe('loadDefinition', () => {
  it('loads every definition by its own name', async () => {
    for (const name of await datasetNames()) expect(datasetId(await loadDefinition(name))).toBe(name);
  });

  it('loads MNIST as TFDS describes it', async () => {
    const { version, label, image, splits } = await loadDefinition('mnist');
    expect([version, label?.classes, image?.shape]).toEqual(['3.0.1', 10, [28, 28, 1]]);
    expect(splits.map(({ name, rows }) => [name, rows])).toEqual([
      ['train', 60_000],
      ['test', 10_000],
    ]);
  });

  it('loads the default config where none is named, as TFDS does', async () => {
    expect(await loadDefinition('emnist')).toEqual(await loadDefinition('emnist/byclass'));
  });

  /** What TFDS's own definitions say (`tensorflow_datasets/image_classification/mnist.py`). */
  const FAMILY: [string, string, number, number, number][] = [
    ['fashion_mnist', '3.0.1', 60_000, 10_000, 10],
    ['kmnist', '3.0.1', 60_000, 10_000, 10],
    ['emnist/byclass', '3.1.0', 697_932, 116_323, 62],
    ['emnist/bymerge', '3.1.0', 697_932, 116_323, 47],
    ['emnist/balanced', '3.1.0', 112_800, 18_800, 47],
    ['emnist/letters', '3.1.0', 88_800, 14_800, 37],
    ['emnist/digits', '3.1.0', 240_000, 40_000, 10],
    ['emnist/mnist', '3.1.0', 60_000, 10_000, 10],
    ['mnist_corrupted', '1.0.0', 60_000, 10_000, 10],
    ['mnist_corrupted/zigzag', '1.0.0', 60_000, 10_000, 10],
  ];

  it.each(FAMILY)('loads %s %s', async (name, version, train, test, classes) => {
    const definition = await loadDefinition(name);
    expect(definition).toMatchObject({ version, label: { classes }, image: { shape: [28, 28, 1] } });
    expect(definition.splits.map(({ name, rows }) => [name, rows])).toEqual([
      ['train', train],
      ['test', test],
    ]);
  });

  it('takes every config of EMNIST from one zip', async () => {
    const all = await loadDefinitions('emnist/all');
    const archives = all.flatMap(({ splits }) => splits.flatMap(({ images, labels }) => [images!, labels!]));
    expect(archives).toHaveLength(24);
    expect(new Set(archives.map(({ member }) => member)).size).toBe(24);
    for (const archive of archives)
      expect(archive).toMatchObject({
        file: 'gzip.zip',
        bytes: 561_753_746,
        member: expect.stringMatching(/^gzip\/emnist-\w+-(train|test)-(images-idx3|labels-idx1)-ubyte\.gz$/),
      });
    const { splits } = await loadDefinition('emnist/letters');
    expect(splits[1]?.labels?.member).toBe('gzip/emnist-letters-test-labels-idx1-ubyte.gz');
  });

  it.each([
    'emnist/nope',
    'emnist/',
    'emnist/letters/x',
    'mnist/mnist',
    '/mnist',
    'mnits',
    '',
    'mnist.json',
    '../config/mnist',
    'MNIST',
  ])('knows no %j', async (name) => {
    const names = (await datasetNames()).map((id) => id.replace(/\/.*/, ''));
    const configs = (await loadDefinitions('emnist/all')).map(datasetId);
    const [file = ''] = name.split('/');
    const instead = { emnist: configs, mnist: ['mnist'] }[file] ?? [...new Set(names)];
    await expect(loadDefinition(name)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'UNKNOWN_DATASET',
      message: `there is no data set named ${name}`,
      expected: instead.join(', '),
      found: name,
      next: expect.stringContaining('--list'),
    });
  });
});

describe('loadDefinitions', () => {
  const idsOf = async (list: string): Promise<string[]> => (await loadDefinitions(list)).map(datasetId);

  it('loads a list in its order, each once', async () => {
    expect(await idsOf('mnist')).toEqual(['mnist']);
    expect(await idsOf('kmnist, emnist,mnist,emnist/byclass,mnist')).toEqual([
      'kmnist',
      'emnist/byclass',
      'mnist',
    ]);
  });

  it('loads all there are but the largest, and all of one', async () => {
    const large = ['quickdraw_bitmap'];
    expect(await idsOf('all')).toEqual((await datasetNames()).filter((name) => !large.includes(name)));
    expect((await idsOf('all,quickdraw_bitmap')).at(-1)).toBe('quickdraw_bitmap');
    expect((await idsOf('emnist/all')).toSorted()).toEqual(
      (await datasetNames()).filter((name) => name.startsWith('emnist/')),
    );
    expect(await idsOf('mnist/all')).toEqual(['mnist']);
    expect((await idsOf('mnist,all'))[0]).toBe('mnist');
  });

  it.each(['mnist,', ',mnist', 'mnist,mnits', 'nope/all', 'all/all', ''])('knows no %j', async (list) => {
    await expect(loadDefinitions(list)).rejects.toMatchObject({ code: 'UNKNOWN_DATASET' });
  });
});

describe('readDefinition', () => {
  it('reads a definition of one’s own', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    await writeFile(path, JSON.stringify(tinyJson()));
    expect(await readDefinition(path)).toEqual(tinyDefinition());
  });

  it('reads one config of several, the default one, or all', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    const { splits, ...shared } = tinyJson();
    const configs = [
      { name: 'large', splits },
      { name: 'small', splits: splits.slice(0, 1) },
    ];
    await writeFile(path, JSON.stringify({ ...shared, configs, defaultConfig: 'small' }));
    const idOf = async (config?: string): Promise<string> => datasetId(await readDefinition(path, config));
    expect(await idOf()).toBe('tiny/small');
    expect(await idOf('large')).toBe('tiny/large');
    expect((await readDefinitions(path)).map(datasetId)).toEqual(['tiny/large', 'tiny/small']);
    await expect(idOf('nope')).rejects.toMatchObject({
      code: 'UNKNOWN_DATASET',
      message: `${path} defines no config nope`,
      expected: 'large, small',
      found: 'nope',
    });
  });

  it('reads the one config that a file is of', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    await writeFile(path, JSON.stringify(tinyConfigJson()));
    expect(datasetId(await readDefinition(path))).toBe('tiny/small');
  });

  it('names the file that is no definition', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    await writeFile(path, JSON.stringify({ ...tinyJson(), version: '1' }));
    await expect(readDefinition(path)).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: `${path} is not a definition: \`version\` must be x.y.z without leading zeros`,
    });
  });

  it('names the file that is no JSON', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    await writeFile(path, '{"name": "tiny",}');
    await expect(readDefinition(path)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DEFINITION_INVALID',
      message: `${path} is not JSON`,
      expected: 'JSON',
      found: expect.stringMatching(/JSON/),
    });
  });

  it('names the file that cannot be read', async () => {
    const dir = await scratchDir();
    const absent = join(dir, 'absent.json');
    await expect(readDefinition(absent)).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: `the definition ${absent} does not exist`,
    });
    await expect(readDefinition(dir)).rejects.toMatchObject({
      code: 'DEFINITION_INVALID',
      message: `the definition ${dir} is a folder`,
    });
  });
});
