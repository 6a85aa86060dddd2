import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../../src/dataset/definition.js';
import { definitionJsonSchema } from '../../src/dataset/json-schema.js';
import { datasetNames, loadDefinition } from '../../src/dataset/registry.js';
import { tinyJson } from './tiny.js';

const PUBLISHED = new URL('../../config/schema/definition.schema.json', import.meta.url);

const ajv = new Ajv({ strictTuples: false, formats: { uri: (text: string) => URL.canParse(text) } });
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
    256,
    257,
    2 ** 31,
    {},
    [],
    [[]],
    [1],
    ['a'],
    [2, 3],
    [2, 3, 1],
    [2, 3, 3],
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
  ],
  ...['http://a.invalid/', 'http://a.invalid', 'nowhere', 'ab'.repeat(32), 'AB'.repeat(32), 'ab'.repeat(33)],
];

/** A definition with each field of it, those of lists and their members too, set to each value in turn. */
function* changedDefinitions(): Generator<{ path: string; value: unknown; json: object }> {
  for (const path of [
    ...pathsIn(tinyJson()),
    'drawn',
    'unknown',
    'image.unknown',
    'splits.0.images.unknown',
  ]) {
    for (const value of VALUES) {
      const json = tinyJson();
      const steps = path.split('.');
      const last = steps.pop() ?? '';
      const parent: object = steps.reduce((at: object, step) => Reflect.get(at, step), json);
      if (value === undefined) Reflect.deleteProperty(parent, last);
      else Reflect.set(parent, last, value);
      yield { path, value, json: JSON.parse(JSON.stringify(json)) };
    }
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
    const count = { taken: 0, refused: 0, refusedByProgramAlone: 0 };
    for (const { path, value, json } of changedDefinitions()) {
      const { success, issues } = v.safeParse(definitionSchema, json);
      // How fields go together: as many names as classes, different names of splits and features.
      const beyondJsonSchema = issues?.every(({ type }) => type === 'check') === true;
      if (isValid(json)) {
        expect({ path, value, refused: !success && !beyondJsonSchema }).toEqual({
          path,
          value,
          refused: false,
        });
        count[success ? 'taken' : 'refusedByProgramAlone']++;
      } else {
        expect({ path, value, taken: success }).toEqual({ path, value, taken: false });
        count.refused++;
      }
    }
    expect(count.taken).toBeGreaterThan(200);
    expect(count.refused).toBeGreaterThan(2000);
    expect(count.refusedByProgramAlone).toBeGreaterThan(3);
  });

  it('is named by the definitions of the project, which it takes', async () => {
    for (const name of await datasetNames()) {
      const definition = await loadDefinition(name);
      expect(isValid(definition), name).toBe(true);
      const folder = new URL('../../config/', import.meta.url);
      expect(new URL(definition.$schema ?? '', folder).href).toBe(PUBLISHED.href);
    }
  });
});
