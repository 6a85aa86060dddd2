import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { datasetId } from '../../src/dataset/definition.js';
import { parseDefinitions } from '../../src/dataset/definition-file.js';
import { DatasetError } from '../../src/errors.js';
import { put, tinyConfigJson, tinyJson } from './tiny.js';

const CONFIG = new URL('../../config/', import.meta.url);
const ZIP = { file: 'all.zip', bytes: 70, sha256: 'ef'.repeat(32) };

/** A file of two configs, whose splits are members of one zip. */
function configsJson() {
  const { label: _, splits: __, ...shared } = tinyJson();
  const label = (classes: number) => ({ name: 'label', classes });
  const splits = (config: string) => [
    {
      name: 'train',
      rows: 3,
      images: { archive: 'zip', member: `${config}/images.gz` },
      labels: { archive: 'zip', member: `${config}/labels.gz` },
    },
  ];
  return {
    ...shared,
    archives: { zip: { ...ZIP } },
    configs: [
      { name: 'large', description: 'The large one.', label: label(10), splits: splits('large') },
      { name: 'small', version: '2.0.0', label: label(2), splits: splits('small') },
    ],
  };
}

function messageOf(json: unknown): string {
  try {
    parseDefinitions(json, 'tiny.json');
  } catch (error) {
    if (error instanceof DatasetError && error.code === 'DEFINITION_INVALID') return error.message;
    throw error;
  }
  throw new Error('the file should have been refused');
}

describe('parseDefinitions', () => {
  it('takes every file of the project', async () => {
    const files = (await readdir(CONFIG)).filter((file) => file.endsWith('.json'));
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const text = await readFile(new URL(file, CONFIG), 'utf8');
      const json: unknown = JSON.parse(text);
      const definitions = parseDefinitions(json, file);
      if (!/"(archives|configs)":/.test(text)) expect(definitions).toEqual([json]);
      for (const { name } of definitions) expect(`${name}.json`).toBe(file);
    }
  });

  it('gives the one definition of a file without configs', () => {
    expect(parseDefinitions(tinyJson(), 'tiny.json')).toEqual([tinyJson()]);
    expect(parseDefinitions(tinyConfigJson(), 'tiny.json')).toEqual([tinyConfigJson()]);
  });

  it("gives the file's fields with each config's in their place", () => {
    const { archives: _, configs, ...shared } = configsJson();
    const archive = (member: string) => ({ ...ZIP, member });
    const splits = (config: string) => [
      {
        name: 'train',
        rows: 3,
        images: archive(`${config}/images.gz`),
        labels: archive(`${config}/labels.gz`),
      },
    ];
    expect(parseDefinitions(configsJson(), 'tiny.json')).toEqual([
      {
        ...shared,
        config: { name: 'large', description: 'The large one.' },
        defaultConfig: 'large',
        label: configs[0]?.label,
        splits: splits('large'),
      },
      {
        ...shared,
        version: '2.0.0',
        config: { name: 'small' },
        defaultConfig: 'large',
        label: configs[1]?.label,
        splits: splits('small'),
      },
    ]);
  });

  it('has the first config as its default, or the one that is named', () => {
    const defaults = (json: object): unknown[] =>
      parseDefinitions(json, 'tiny.json').map(({ defaultConfig }) => defaultConfig);
    expect(defaults(configsJson())).toEqual(['large', 'large']);
    expect(defaults({ ...configsJson(), defaultConfig: 'small' })).toEqual(['small', 'small']);
  });

  it('resolves the archives of a file without configs too, and leaves what is written out', () => {
    const json = { ...tinyJson(), archives: { zip: { ...ZIP } } };
    put(json, 'splits.0.images', { archive: 'zip', member: 'a' });
    const [definition] = parseDefinitions(json, 'tiny.json');
    expect(definition?.splits[0]?.images).toEqual({ ...ZIP, member: 'a' });
    expect(definition?.splits[1]).toEqual(tinyJson().splits[1]);
  });

  it('gives what it was given no other name', () => {
    const names = parseDefinitions(configsJson(), 'tiny.json').map(datasetId);
    expect(names).toEqual(['tiny/large', 'tiny/small']);
  });

  it.each([
    ['configs', [], ' is not a definition: `configs` must name one config at least'],
    ['configs', {}, ' is not a definition: `configs` must be Array, not Object'],
    ['configs.1', 'small', ' is not a definition: `configs.1` must be Object, not "small"'],
    ['configs.1.name', undefined, ' is not a definition: `configs.1.name` is missing'],
    [
      'configs.1.name',
      'the small',
      ' is not a definition: `configs.1.name` must be letters, digits, _, +, - and ., and not dots alone',
    ],
    ['configs.1.name', 'large', ' is not a definition: `configs` must have different names'],
    ['configs.1.name', 'LARGE', ' is not a definition: `configs` must have different names'],
    ['configs.1.description', '', ' is not a definition: `configs.1.description` must not be empty'],
    [
      'configs.1.defaultConfig',
      'small',
      ' is not a definition: `configs.1` must not have config or defaultConfig: it is a config itself',
    ],
    ['config', { name: 'x' }, ' is not a definition: it must not have both config and configs'],
    ['defaultConfig', 'x', ' is not a definition: it must have its defaultConfig among its configs'],
    ['archives.zip.bytes', undefined, ' is not a definition: `archives.zip.bytes` is missing'],
    ['archives.zip.sha256', 'x', ' is not a definition: `archives.zip.sha256` must be 64 lower-case'],
    [
      'archives.zip.member',
      'x',
      ' is not a definition: `archives.zip.member` is not a field of a definition',
    ],
    [
      'configs.0.splits.0.images.archive',
      'zap',
      ', config large, is not a definition: `splits.0.images.archive` must be one of `archives`, not "zap"',
    ],
    [
      'configs.1.splits.0.labels.archive',
      7,
      ', config small, is not a definition: `splits.0.labels.archive` must be one of `archives`, not 7',
    ],
    [
      'configs.1.splits.0.labels.archive',
      'toString',
      ', config small, is not a definition: `splits.0.labels.archive` must be one of `archives`, not "toString"',
    ],
    [
      'configs.1.splits.0.labels.member',
      '../x',
      ', config small, is not a definition: `splits.0.labels.member` must be a path within the zip',
    ],
    [
      'configs.1.splits.0.labels.bytes',
      7,
      ', config small, is not a definition: `splits.0.labels.file` is missing',
    ],
    ['configs.1.splits', undefined, ', config small, is not a definition: `splits` is missing'],
    ['configs.1.lable', {}, ', config small, is not a definition: `lable` is not a field'],
    ['configs.0.archives', {}, ', config large, is not a definition: `archives` is not a field'],
    ['nmae', 'x', ', config large, is not a definition: `nmae` is not a field'],
    ['version', '1', ', config large, is not a definition: `version` must be x.y.z'],
  ])('refuses %s: %j', (path, value, message) => {
    const json = configsJson();
    put(json, path, value);
    expect(messageOf(json)).toContain(`tiny.json${message}`);
  });

  it('names the archives that there are', () => {
    const json = configsJson();
    put(json, 'configs.0.splits.0.images.archive', 'zap');
    expect(() => parseDefinitions(json, 'tiny.json')).toThrow(
      expect.objectContaining({ expected: 'zip', found: '"zap"' }),
    );
    put(json, 'archives', undefined);
    expect(() => parseDefinitions(json, 'tiny.json')).toThrow(
      expect.objectContaining({ expected: 'an archive of the table `archives`' }),
    );
  });

  it.each([null, 'x', 5, []])('refuses %j', (json) => {
    expect(messageOf(json)).toMatch(/it must be Object|`name` is missing/);
  });
});
