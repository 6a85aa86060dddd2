import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetNames, loadDefinition, readDefinition } from '../../src/dataset/registry.js';
import { scratchDir } from '../scratch-dir.js';
import { tinyDefinition, tinyJson } from './tiny.js';

describe('datasetNames', () => {
  it('names what the project brings, in order', async () => {
    const names = await datasetNames();
    expect(names).toContain('mnist');
    expect(names).toContain('digits');
    expect(names).toEqual(names.toSorted());
    expect(names.filter((name) => name.includes('.'))).toEqual([]);
  });
});

describe('loadDefinition', () => {
  it('loads every definition by its own name', async () => {
    for (const name of await datasetNames()) expect((await loadDefinition(name)).name).toBe(name);
  });

  it('loads MNIST as TFDS describes it', async () => {
    const { version, label, image, splits } = await loadDefinition('mnist');
    expect([version, label.classes, image.shape]).toEqual(['3.0.1', 10, [28, 28, 1]]);
    expect(splits.map(({ name, rows }) => [name, rows])).toEqual([
      ['train', 60_000],
      ['test', 10_000],
    ]);
  });

  it.each(['mnits', '', 'mnist.json', '../config/mnist', 'MNIST'])('knows no %j', async (name) => {
    const names = await datasetNames();
    await expect(loadDefinition(name)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'UNKNOWN_DATASET',
      message: `there is no data set named ${name}`,
      expected: names.join(', '),
      found: name,
      next: expect.stringContaining('--list'),
    });
  });
});

describe('readDefinition', () => {
  it('reads a definition of one’s own', async () => {
    const path = join(await scratchDir(), 'tiny.json');
    await writeFile(path, JSON.stringify(tinyJson()));
    expect(await readDefinition(path)).toEqual(tinyDefinition());
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
    for (const path of [join(dir, 'absent.json'), dir]) {
      await expect(readDefinition(path)).rejects.toMatchObject({
        code: 'DISK',
        message: `the file system refused while reading the definition ${path}`,
      });
    }
  });
});
