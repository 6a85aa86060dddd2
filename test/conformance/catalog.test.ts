import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { load } from '../../src/index.js';
import { type Otherwise, preparedDigits } from '../catalog/prepared.js';
import { emptyFolder } from '../fixtures/folder.js';
import { EVERY_IDX, writeEveryIdx } from './every-idx.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { askReader } from './readers.js';

/** The sections of `catalog.md` by their names, without what is blank around them. */
async function sectionsOf(directory: string): Promise<Record<string, string>> {
  const { folder } = await writeCatalog(directory);
  const text = await readFile(join(folder, 'catalog.md'), 'utf8');
  const parts = text.split(/^(?=\* {3}\*\*)/m).slice(1);
  return Object.fromEntries(parts.map((part) => [/\*\*(.+?)\*\*/.exec(part)?.[1] ?? '', part.trim()]));
}

/** The sections that TFDS writes of each; those that it leaves empty are left out. */
function readTfds(report: unknown): Record<string, string>[] {
  if (!Array.isArray(report)) throw new Error(`no sections: ${JSON.stringify(report)}`);
  return report.map((texts: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(texts)
        .map(([name, text]) => [name, text.trim()] as const)
        .filter(([, text]) => text !== ''),
    ),
  );
}

describe('catalog.md, beside the page that TFDS itself writes', () => {
  it('is the same of MNIST, section by section, and its pixels are what everybody normalizes by', async (context) => {
    const archives = given(context, 'archives', 'mnist');
    const out = await emptyFolder();
    const directory = await prepare(out, ['--archives', archives]);
    const asked = JSON.stringify([{ directory, data_dir: out, name: 'mnist' }]);
    const [theirs = {}] = readTfds(await askReader(context, 'read_catalog_page.py', [asked]));
    expect(theirs).toMatchObject({
      'Download size': '*   **Download size**: `11.06 MiB`',
      'Dataset size': '*   **Dataset size**: `21.00 MiB`',
      'Auto-cached': expect.stringMatching(/: Yes$/),
      Splits: expect.stringContaining("`'test'` | 10,000\n`'train'` | 60,000"),
    });
    const { Figure, Examples, ...ours } = await sectionsOf(directory);
    expect(ours).toEqual(theirs);
    expect([Figure, Examples]).not.toContain(undefined);
    const statistics: unknown = JSON.parse(
      await readFile(join(directory, 'catalog', 'statistics.json'), 'utf8'),
    );
    const measured = (mean: number, std: number) => ({
      image: { channels: [{ min: 0, max: 1, mean: expect.closeTo(mean, 4), std: expect.closeTo(std, 4) }] },
    });
    expect(statistics).toMatchObject({ splits: [measured(0.1307, 0.3081), measured(0.1325, 0.3105)] });
  });

  it('is the same of others: shards, texts, names of classes, configs, tensors', async (context) => {
    const texts: Otherwise = {
      description: 'One.\n\nTwo.',
      homepage: 'https://example.com/a',
      citation: '@misc{a,\n  title={A}\n}',
      version: '2.1.0',
      releaseNotes: { '2.0.9': 'New.', '2.1.0': 'Newer.', '2.0.10': 'Between.' },
    };
    const config = { config: { name: 'small', description: 'A few.' }, defaultConfig: 'small' };
    const directories = [
      await preparedDigits(await emptyFolder(), texts, { numShards: 3 }),
      await preparedDigits(await emptyFolder(), { classNames: [...'abcdefghij'] }),
      await preparedDigits(await emptyFolder(), config),
    ];
    const folder = await emptyFolder();
    for (const every of EVERY_IDX.filter(({ name }) => /^(u?int8_|float|gray|int32_3)/.test(name))) {
      const { words } = await writeEveryIdx(folder, every);
      directories.push(await prepare(join(folder, 'out'), [...words, '--formats', 'tfrecord']));
    }
    const asked = JSON.stringify(directories.map((directory) => ({ directory })));
    const report = readTfds(await askReader(context, 'read_catalog_page.py', [asked]));
    for (const [at, directory] of directories.entries()) {
      const { Figure: _, Examples: __, 'Source code': ___, ...ours } = await sectionsOf(directory);
      const { 'Source code': ____, ...theirs } = report[at] ?? {};
      // TFDS has an address in its own catalog for what has no homepage.
      if (at > 0) delete theirs['Homepage'];
      if (theirs['Citation'] === '*   **Citation**:') delete theirs['Citation'];
      expect(ours, directory).toEqual(theirs);
    }
    expect(directories.length).toBeGreaterThan(10);
  });
});

describe('croissant.json, read by mlcroissant', () => {
  it.for<[string, Otherwise, number]>([
    ['one shard a split', {}, 1],
    ['several shards, and classes with names', { classNames: [...'abcdefghij'] }, 2],
  ])('is valid, and its records are the rows: %s', async ([, otherwise, numShards], context) => {
    const directory = await preparedDigits(
      await emptyFolder(),
      { citation: '@misc{digits, year={2017}}', license: 'mit', ...otherwise },
      { numShards },
    );
    const { folder } = await writeCatalog(directory);
    const words = [join(folder, 'croissant.json'), '100'];
    const report = await askReader(context, 'read_croissant.py', words, 'requirements-columns.txt');
    const rows = [];
    for await (const { image, label } of await load(directory, { split: 'train' }))
      rows.push({
        image: { size: [28, 28], sum: image.data.reduce((sum, sample) => sum + sample, 0) },
        label,
      });
    const half = 60 / numShards;
    const sets =
      numShards === 1
        ? { train: rows }
        : {
            'train-00000': rows.slice(0, half),
            'train-00001': rows.slice(half),
            classes: Array.from('abcdefghij', (name, label) => ({ label, name })),
          };
    expect(report).toMatchObject({
      errors: [],
      warnings: [],
      sets,
    });
  });

  it('is valid of images that stand as samples, and its records are these', async (context) => {
    const options = { image: 'tensor', index: true } as const;
    const directory = await preparedDigits(await emptyFolder(), {}, options);
    const { folder } = await writeCatalog(directory, { explorer: false });
    const asked = [join(folder, 'croissant.json'), '5'];
    const report = await askReader(context, 'read_croissant.py', asked, 'requirements-columns.txt');
    const rows = [];
    for await (const { image, label } of (await load(directory, { split: 'test' })).take(5))
      rows.push({ image: [...image.data], label });
    expect(report).toMatchObject({ errors: [], sets: { test: rows } });
  });

  it('is valid of tensors, and its records are their elements', async (context) => {
    const folder = await emptyFolder();
    const every = EVERY_IDX.find(({ name }) => name === 'int16_1');
    if (every === undefined) throw new Error('no such data set');
    const { words } = await writeEveryIdx(folder, every);
    const directory = await prepare(join(folder, 'out'), words);
    const { folder: catalog } = await writeCatalog(directory);
    const asked = [join(catalog, 'croissant.json'), '5'];
    const report = await askReader(context, 'read_croissant.py', asked, 'requirements-columns.txt');
    const rows = [];
    for await (const example of (
      await load(directory, { split: 'train', features: { features: 'int16' } })
    ).take(5))
      rows.push({ features: [...example.features.data] });
    expect(report).toMatchObject({ errors: [], sets: { train: rows } });
  });
});
