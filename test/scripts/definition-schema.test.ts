import { readdir, readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { definitionJsonSchema } from '../../scripts/definition-schema.js';
import { parseDefinitions } from '../../src/dataset/definition-file.js';
import { DatasetError } from '../../src/errors.js';
import { put, tinyConfigJson, tinyJson, tinyPartsJson } from '../dataset/tiny.js';
import { sample, times } from '../sample.js';

const PUBLISHED = new URL('../../config/schema/definition.schema.json', import.meta.url);

const ajv = new Ajv({
  strictTuples: false,
  strictTypes: false,
  formats: { uri: (text: string) => URL.canParse(text) },
});
// As other programs get it.
const published: object = JSON.parse(await readFile(PUBLISHED, 'utf8'));
const isValid = ajv.compile(published);

/** Values that fields are set to, each a good one somewhere and a bad one elsewhere. */
const VALUES: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    0,
    1,
    -1,
    2.5,
    3,
    4,
    256,
    257,
    2 ** 31 - 1,
    2 ** 31,
    {},
    [],
    [[]],
    [1],
    ['a'],
    [2, 3],
    [2, 3, 1],
    [2, 3, 3],
    [2, 3, 2],
    [0, 2],
    [1.5],
  ],
  ...[
    [2, 3, 1, 1],
    ['a', 'b'],
    ['one', 'one', 'two'],
    ['one', 'two', 'three'],
    ['one', '', 'two'],
    ['a\nb', 'c', 'd'],
  ],
  ...[['a ', 'b', 'c'], ['T-shirt/top', 'a b', 'ō'], ['http://a.invalid/'], ['http://a.invalid']],
  ...[
    '',
    ' ',
    'x',
    'X9_',
    '9x',
    '_x',
    'my-data',
    'größe',
    'all',
    'train',
    'train-2',
    'train+test',
    'a b',
    'a/b',
    'a\\b',
  ],
  ...[
    'x\n',
    '.x',
    '-x',
    '../x',
    'a.b-c_d.gz',
    '1.0.0',
    '01.0.0',
    '1.0',
    '1.0.0.0',
    '1.0.0-rc1',
    'v1.0.0',
    'digits',
    'int32',
    'float64',
    'uint16',
    'bfloat16',
  ],
  ...['http://a.invalid/', 'http://a.invalid', 'nowhere', 'ab'.repeat(32), 'AB'.repeat(32), 'ab'.repeat(33)],
];

/** A file with configs, and with archives by keys. */
function tinyFile() {
  const { config: _, defaultConfig, splits, label, ...json } = tinyConfigJson();
  const byKey = { archive: 'zip', member: 'images.gz' };
  return {
    ...json,
    defaultConfig: 'small',
    archives: { zip: { file: 'x.zip', bytes: 9, sha256: 'cd'.repeat(32) } },
    configs: [
      {
        name: 'small',
        description: 'Small.',
        label,
        splits: splits.map((split) => ({ ...split, labels: byKey })),
      },
      { name: 'large', label, splits },
    ],
  };
}

/** The same of tensors, without labels. */
function tinyTensorJson() {
  const { image: _, label: __, splits, ...json } = tinyConfigJson();
  return {
    ...json,
    tensor: { name: 'features', dtype: 'int16', shape: [2, 3] },
    splits: splits.map(({ labels: _, ...split }) => split),
  };
}

const ADDED = ['drawn', 'unknown', 'image.unknown', 'config', 'configs', 'archives', 'defaultConfig'];
const IN_SPLITS = [
  'splits.0.images.unknown',
  'splits.0.images.archive',
  'splits.0.images.member',
  'splits.0.firstRows',
];

const IN_PARTS = [
  'splits.0.images',
  'splits.0.labels',
  'splits.0.parts.0.labels',
  'splits.1.parts.0.class',
  'splits.0.parts.0.unknown',
];

/** Files with each field of them, those of lists and their members too, set to each value in turn. */
function* changedFiles(): Generator<{ path: string; value: unknown; json: object }> {
  const added = [...ADDED, ...IN_SPLITS];
  const inConfigs = [
    'configs.0.unknown',
    'configs.0.config',
    'configs.0.drawn',
    ...IN_SPLITS.map((path) => `configs.0.${path}`),
  ];
  for (const [make, paths] of [
    [tinyJson, added],
    [tinyConfigJson, added],
    [
      tinyTensorJson,
      [
        ...added.filter((path) => path !== 'image.unknown'),
        'image',
        'label',
        'splits.0.labels',
        'tensor.unknown',
      ],
    ],
    [tinyPartsJson, [...ADDED, ...IN_PARTS]],
    [tinyFile, [...ADDED, ...inConfigs]],
  ] as const) {
    for (const path of new Set([
      ...pathsIn(make()).filter((path) => !path.startsWith('releaseNotes.')),
      ...paths,
    ])) {
      for (const value of sample(VALUES, 12)) {
        // The program takes a list of nothing for a table of nothing.
        if (['archives', 'releaseNotes'].includes(path) && Array.isArray(value) && value.length === 0)
          continue;
        const json = make();
        put(json, path, value);
        yield { path, value, json: JSON.parse(JSON.stringify(json)) };
      }
    }
  }
}

/** What JSON Schema cannot say: how fields go together, and what keys name. */
const BEYOND =
  /must (have different names|have one name in classNames|have a config where|have its defaultConfig|have labels in each split|have the class of each part|have as many rows as its parts|have \{|have no braces|give its features|be one of `archives`|be a path within the zip)/;

/** Whether the program takes a file, and if not, whether for reasons alone that JSON Schema cannot give. */
function verdict(json: object): 'taken' | 'refused' | 'refused beyond JSON Schema' {
  try {
    parseDefinitions(json, 'it');
    return 'taken';
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    const faults = error.message.replace(/^it.* is not a definition: /, '').split('; ');
    return faults.every((fault) => BEYOND.test(fault)) ? 'refused beyond JSON Schema' : 'refused';
  }
}

function pathsIn(value: object): string[] {
  return Object.entries(value).flatMap(([key, member]) => [
    key,
    ...(typeof member === 'object' ? pathsIn(member).map((path) => `${key}.${path}`) : []),
  ]);
}

describe('the JSON Schema of a definition', () => {
  it('is published as it is made', () => {
    expect(published, 'npm run schema').toEqual(definitionJsonSchema());
  });

  it('takes and refuses what the program does, but for what JSON Schema cannot say', () => {
    const count = { taken: 0, refused: 0, 'refused beyond JSON Schema': 0 };
    const others: unknown[] = [];
    for (const { path, value, json } of changedFiles()) {
      const program = verdict(json);
      count[program]++;
      const agreed = isValid(json) ? program !== 'refused' : program !== 'taken';
      if (!agreed) others.push({ path, value, program });
    }
    expect(others).toEqual([]);
    expect(count.taken).toBeGreaterThan(times(500, 100));
    expect(count.refused).toBeGreaterThan(times(5000, 2000));
    expect(count['refused beyond JSON Schema']).toBeGreaterThan(times(10, 2));
  });

  it('asks for an image or a tensor, and for labels where there is a label', () => {
    const { image, ...withoutInput } = tinyJson();
    const tensor = { name: 'features', dtype: 'int8', shape: [] };
    const { label: _, ...withoutLabel } = tinyJson();
    const splits = withoutLabel.splits.map(({ labels: _, ...split }) => split);
    for (const [json, valid] of [
      [{ ...withoutInput, tensor }, true],
      [{ ...withoutInput, image, tensor }, false],
      [withoutInput, false],
      [{ ...withoutLabel, splits }, true],
      [withoutLabel, false],
      [{ ...tinyJson(), splits }, false],
      [{ ...tinyJson(), splits: [...splits, ...tinyJson().splits] }, false],
    ] as const) {
      expect(isValid(json)).toBe(valid);
      expect(verdict(json) === 'taken').toBe(valid);
    }
    const { image: __, ...file } = tinyFile();
    const configs = file.configs.map((config) => ({ ...config, image }));
    const [first, second] = configs;
    for (const [json, valid] of [
      [{ ...file, configs }, true],
      [{ ...file, configs: [first, { ...file.configs[1], tensor }] }, true],
      [{ ...file, configs: [first, file.configs[1]] }, false],
      [{ ...file, configs: [first, { ...second, tensor }] }, false],
      [{ ...file, tensor, configs: [first, second] }, false],
      [{ ...file, tensor }, true],
    ] as const) {
      expect(isValid(json)).toBe(valid);
      expect(verdict(json) === 'taken').toBe(valid);
    }
  });

  it('is named by the definitions of the project, which it takes', async () => {
    const config = new URL('../../config/', import.meta.url);
    for (const file of (await readdir(config)).filter((name) => name.endsWith('.json'))) {
      const json: { $schema?: string } = JSON.parse(await readFile(new URL(file, config), 'utf8'));
      expect(isValid(json), file).toBe(true);
      expect(new URL(json.$schema ?? '', config).href).toBe(PUBLISHED.href);
    }
  });
});
