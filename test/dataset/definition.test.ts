import { describe, expect, it } from 'vitest';
import { archivesOf, datasetId, featuresOf, parseDefinition } from '../../src/dataset/definition.js';
import { DatasetError } from '../../src/errors.js';
import { put, tinyConfigJson } from './tiny.js';

function errorOf(json: unknown): DatasetError {
  try {
    parseDefinition(json, 'tiny.json');
  } catch (error) {
    if (error instanceof DatasetError) return error;
    throw error;
  }
  throw new Error('the definition should have been refused');
}

const TENSOR = { name: 'features', dtype: 'int16', shape: [2, 3] };
const SCHEMES = 'must begin with https://, http:// or s3://, and end with /';
const LABELS = 'must have labels in each split where it has a label, and in none where it has not';

/** The error of the tiny definition with one change; a change of its tensor is one of a definition that has one. */
function errorWith(path: string, value: unknown): DatasetError {
  const json = tinyConfigJson();
  if (path.startsWith('tensor.')) {
    put(json, 'image', undefined);
    put(json, 'tensor', structuredClone(TENSOR));
  }
  put(json, path, value);
  return errorOf(json);
}

describe('parseDefinition', () => {
  it('takes a definition with every field, and gives all of it', () => {
    expect(parseDefinition(tinyConfigJson(), 'tiny.json')).toEqual(tinyConfigJson());
  });

  it.each([
    '$schema',
    'citation',
    'homepage',
    'license',
    'prettyName',
    'moduleName',
    'label.classNames',
    'defaultConfig',
    'releaseNotes',
    'config.description',
    'splits.0.firstRows',
    'splits.1.images.member',
  ])('can do without %s', (field) => {
    const json = tinyConfigJson();
    put(json, field, undefined);
    expect(parseDefinition(json, 'tiny.json')).toEqual(json);
  });

  it.each([
    ['name', 'A'],
    ['name', 'fashion_mnist2'],
    ['version', '0.0.0'],
    ['version', '10.20.30'],
    ['drawn', 'digits'],
    ['mirrors', []],
    ['mirrors', ['s3://bucket/path/', 'http://a.invalid/']],
    ['label.classes', 3],
    ['label.classNames', ['T-shirt/top', 'a b', 'ō']],
    ['splits.0.name', 'train-2'],
    ['splits.0.name', 'all_of_it'],
    ['splits.0.images.file', 'a.b-c_d.gz'],
    ['image.name', 'picture_2'],
    ['config.name', 'by-class+1.0_x'],
    ['releaseNotes', {}],
    ['splits.1.labels.member', 'a b/ö/c.gz'],
    ['splits.1.labels.member', '..a/b..'],
  ])('takes %s: %j', (path, value) => {
    const json = tinyConfigJson();
    put(json, path, value);
    expect(parseDefinition(json, 'tiny.json')).toEqual(json);
  });

  it.each([
    'name',
    'version',
    'description',
    'mirrors',
    'image.name',
    'image.shape',
    'label.name',
    'label.classes',
    'splits',
    'splits.0.name',
    'splits.0.rows',
    'splits.1.images',
    'splits.1.labels.file',
    'splits.1.labels.bytes',
    'splits.1.labels.sha256',
  ])('refuses a definition without %s', (path) => {
    const error = errorWith(path, undefined);
    expect(error).toMatchObject({
      name: 'DatasetError',
      code: 'DEFINITION_INVALID',
      message: `tiny.json is not a definition: \`${path}\` is missing`,
      expected: `\`${path}\``,
      found: 'nothing',
    });
    expect(error.next).toContain('config/mnist.json');
  });

  it.each(['nmae', 'image.chanels', 'label.names', 'splits.0.row', 'splits.1.images.md5'])(
    'refuses the unknown field %s',
    (path) => {
      expect(errorWith(path, 'x')).toMatchObject({
        code: 'DEFINITION_INVALID',
        message: `tiny.json is not a definition: \`${path}\` is not a field of a definition`,
        expected: 'known fields only',
        found: `\`${path}\``,
      });
    },
  );

  it('names both sides of a misspelled field', () => {
    const json = tinyConfigJson();
    put(json, 'splits.0.imgaes', json.splits[0]?.images);
    put(json, 'splits.0.images', undefined);
    expect(errorOf(json).message).toBe(
      'tiny.json is not a definition: `splits.0.imgaes` is not a field of a definition; `splits.0.images` is missing',
    );
  });

  it.each([
    ['name', 5, 'string', '5'],
    ['version', null, 'string', 'null'],
    ['description', ['x'], 'string', 'Array'],
    ['citation', false, 'string', 'false'],
    ['mirrors', 'https://a.invalid/', 'Array', '"https://a.invalid/"'],
    ['mirrors.0', 1, 'string', '1'],
    ['drawn', 'letters', '"digits"', '"letters"'],
    ['image', null, 'Object', 'null'],
    ['image.shape', '2x3', 'Array', '"2x3"'],
    ['label.classNames', 'one', 'Array', '"one"'],
    ['label.classes', '3', 'number', '"3"'],
    ['splits', {}, 'Array', 'Object'],
    ['splits.0', null, 'Object', 'null'],
    ['splits.0.rows', '3', 'number', '"3"'],
    ['splits.0.firstRows', 'yes', 'boolean', '"yes"'],
    ['config', 'byclass', 'Object', '"byclass"'],
    ['releaseNotes', 'new', 'Object', '"new"'],
    ['splits.0.images', 'train-images.gz', 'Object', '"train-images.gz"'],
    ['splits.1.labels.bytes', Number.NaN, 'number', 'NaN'],
  ])('refuses %s: %j', (path, value, expected, found) => {
    expect(errorWith(path, value)).toMatchObject({
      code: 'DEFINITION_INVALID',
      message: `tiny.json is not a definition: \`${path}\` must be ${expected}, not ${found}`,
      expected,
      found,
    });
  });

  const NAME = 'must begin with a letter and go on with letters, digits and _';
  const WORD = 'must be letters, digits and _';
  const SPLIT = 'must be letters, digits, _ and -';
  const LINE = 'must be one line without white space around it';
  const VERSION = 'must be x.y.z without leading zeros';
  const CONFIG = 'must be letters, digits, _, +, - and ., and not dots alone';
  const MEMBER = 'must be a path within the zip, and not lead out of it';
  const FILE = 'must be a plain file name';
  const SHA256 = 'must be 64 lower-case hexadecimal digits';

  it.each([
    ['name', 'my-data', NAME],
    ['name', '3d', NAME],
    ['name', '_x', NAME],
    ['name', 'mnist\n', NAME],
    ['name', '../mnist', NAME],
    ['name', 'größe', NAME],
    ['version', '01.0.0', VERSION],
    ['version', '1.0', VERSION],
    ['version', '1.0.0.0', VERSION],
    ['version', '1.0.0-rc1', VERSION],
    ['version', 'v1.0.0', VERSION],
    ['version', '1.0.x', VERSION],
    ['description', '', 'must not be empty'],
    ['citation', '', 'must not be empty'],
    ['moduleName', '', 'must not be empty'],
    ['license', 'CC BY 4.0', 'must be small letters, digits, ., + and -'],
    ['prettyName', ' Tiny', 'must be one line without white space around it'],
    ['homepage', 'nowhere', 'must be a URL'],
    ['mirrors.0', 'nowhere/', 'must be a URL'],
    ['mirrors.1', 'https://a.invalid/tiny', SCHEMES],
    ['mirrors.1', 'ftp://a.invalid/tiny/', SCHEMES],
    ['mirrors.1', 'file:///tiny/', SCHEMES],
    ['image.name', 'the image', WORD],
    ['image.shape.0', 0, 'must be 1 at least'],
    ['image.shape.1', 2.5, 'must be a whole number'],
    ['splits.0.rows', 2 ** 31, 'must be 2147483647 at most'],
    ['tensor.shape', [1, 2, 3, 4], 'must have 3 dimensions at most'],
    ['label.name', 'la/bel', WORD],
    ['label.classes', 2 ** 31, 'must be 2147483647 at most'],
    ['label.classes', 0, 'must be 1 at least'],
    ['label.classNames.1', 'two\nlines', LINE],
    ['label.classNames.1', 'two\rlines', LINE],
    ['label.classNames.1', ' ', LINE],
    ['label.classNames.1', 'two ', LINE],
    ['label.classNames.1', '\ttwo', LINE],
    ['label.classNames.2', '', 'must not be empty'],
    ['splits', [], 'must name one split at least'],
    ['splits.0.name', 'all', 'must not be all, a word of its own in TFDS'],
    ['splits.0.name', 'train[:10%]', SPLIT],
    ['splits.0.name', 'train+test', SPLIT],
    ['splits.0.rows', 0, 'must be 1 at least'],
    ['splits.0.rows', -1, 'must be 1 at least'],
    ['splits.0.rows', 1.5, 'must be a whole number'],
    ['splits.0.images.file', '../x', FILE],
    ['splits.0.images.file', 'a/b', FILE],
    ['splits.0.images.file', 'a\\b', FILE],
    ['splits.0.images.file', '.hidden', FILE],
    ['splits.0.images.file', '-o', FILE],
    ['splits.0.images.file', '/etc/passwd', FILE],
    ['config.name', 'by class', CONFIG],
    ['config.name', 'by/class', CONFIG],
    ['config.name', '.', CONFIG],
    ['config.name', '..', CONFIG],
    ['defaultConfig', 'by/class', CONFIG],
    ['config.description', '', 'must not be empty'],
    ['splits.1.images.member', '../x', MEMBER],
    ['splits.1.images.member', 'a/../../x', MEMBER],
    ['splits.1.images.member', 'a/..', MEMBER],
    ['splits.1.images.member', './x', MEMBER],
    ['splits.1.images.member', '/etc/passwd', MEMBER],
    ['splits.1.images.member', 'a//b', MEMBER],
    ['splits.1.images.member', 'a/', MEMBER],
    ['splits.1.images.member', 'a\\b', MEMBER],
    ['splits.1.labels.bytes', 0, 'must be 1 at least'],
    ['splits.1.labels.sha256', 'ab'.repeat(31), SHA256],
    ['splits.1.labels.sha256', 'ab'.repeat(33), SHA256],
    ['splits.1.labels.sha256', 'AB'.repeat(32), SHA256],
    ['splits.1.labels.sha256', 'zz'.repeat(32), SHA256],
  ])('refuses %s: %j', (path, value, rule) => {
    const error = errorWith(path, value);
    expect(error.code).toBe('DEFINITION_INVALID');
    expect(error.message.split('; ')[0]).toBe(`tiny.json is not a definition: \`${path}\` ${rule}`);
    expect(error.expected).toBe(rule);
  });

  it.each([
    ['splits.1.name', 'train', '`splits` must have different names, also where case does not count'],
    ['splits.0.name', 'test', '`splits` must have different names, also where case does not count'],
    ['splits.0.name', 'Test', '`splits` must have different names, also where case does not count'],
    ['label.classNames', ['one', 'two'], '`label` must have one name in classNames for each of its classes'],
    ['label.classes', 4, '`label` must have one name in classNames for each of its classes'],
    ['label.classNames', ['one', 'two', 'one'], '`label.classNames` must have different names'],
    ['label.name', 'image', 'it must give its features different names'],
    ['image', undefined, 'it must have either an image or a tensor'],
    ['tensor', TENSOR, 'it must have either an image or a tensor'],
    ['label', undefined, `it ${LABELS}`],
    ['splits.1.labels', undefined, `it ${LABELS}`],
    ['config', undefined, 'it must have a config where it has a defaultConfig'],
  ])('refuses parts that do not go together: %s: %j', (path, value, fault) => {
    expect(errorWith(path, value).message).toBe(`tiny.json is not a definition: ${fault}`);
  });

  it.each([
    ['splits.1.name', 'train', '"train", "train"'],
    ['label.classNames', ['one', 'two', 'one'], '"one", "two", "one"'],
    ['description', '', '""'],
    ['splits', [], '0'],
    ['splits.0.rows', 0, '0'],
  ])('tells what it found: %s: %j', (path, value, found) => {
    expect(errorWith(path, value).found).toBe(found);
  });

  it.each([[[2, 3]], [[2, 3, 1, 1]], [[]]])('refuses the shape %j', (shape) => {
    const error = errorWith('image.shape', shape);
    expect(error.code).toBe('DEFINITION_INVALID');
    expect(error.message).toContain('`image.shape');
  });

  it.each([
    ['uint8', [2, 3, 2]],
    ['int8', [1]],
    ['float64', []],
  ])('takes a tensor of %s, %j, and one without labels', (dtype, shape) => {
    const json = tinyConfigJson();
    put(json, 'image', undefined);
    put(json, 'tensor', { ...TENSOR, dtype, shape });
    const input = { kind: 'tensor', name: 'features', dtype, shape };
    const labelled = parseDefinition(json, 'tiny.json');
    expect(labelled).toEqual(json);
    expect(featuresOf(labelled)).toEqual({ input, label: 'label' });
    for (const path of ['label', 'splits.0.labels', 'splits.1.labels']) put(json, path, undefined);
    const unlabelled = parseDefinition(json, 'tiny.json');
    expect(unlabelled).toEqual(json);
    expect(featuresOf(unlabelled)).toEqual({ input, label: undefined });
    expect(archivesOf(unlabelled).map(({ file }) => file)).toEqual(['train-images.gz', 'test.zip']);
  });

  it.each([1, 3, 4])('takes images of %i channels', (channels) => {
    const json = tinyConfigJson();
    put(json, 'image.shape.2', channels);
    expect(featuresOf(parseDefinition(json, 'tiny.json')).input).toEqual({
      kind: 'image',
      name: 'image',
      dtype: 'uint8',
      shape: [2, 3, channels],
    });
  });

  it.each([
    ['image.shape', [2, 3, 2]],
    ['tensor.dtype', 'bfloat16'],
    ['tensor.dtype', 'ubyte'],
    ['tensor.shape', [0]],
    ['tensor.shape', [1.5]],
  ])('refuses %s: %j of a feature', (path, value) => {
    expect(errorWith(path, value).message).toContain(`\`${path}`);
  });

  it('refuses an empty name once for each rule', () => {
    expect(errorWith('name', '').message).toBe(
      `tiny.json is not a definition: \`name\` must not be empty; \`name\` ${NAME}`,
    );
  });

  it('names every fault', () => {
    const json = tinyConfigJson();
    put(json, 'name', undefined);
    put(json, 'version', '1');
    put(json, 'splits.1.rows', 'many');
    expect(errorOf(json)).toMatchObject({
      message: `tiny.json is not a definition: \`name\` is missing; \`version\` ${VERSION}; \`splits.1.rows\` must be number, not "many"`,
      expected: '`name`',
      found: 'nothing',
    });
  });

  it.each([
    [null, 'null'],
    ['x', '"x"'],
    [5, '5'],
  ])('refuses %j', (json, found) => {
    expect(errorOf(json).message).toBe(`tiny.json is not a definition: it must be Object, not ${found}`);
  });

  it('refuses a list', () => {
    expect(errorOf([]).message).toContain('`name` is missing');
  });
});

describe('datasetId', () => {
  it('is the name, with the config where there is one', () => {
    expect(datasetId({ name: 'mnist' })).toBe('mnist');
    expect(datasetId({ name: 'emnist', config: { name: 'letters' } })).toBe('emnist/letters');
  });
});

describe('archivesOf', () => {
  it('gives every file once, labels first', () => {
    const files = archivesOf(parseDefinition(tinyConfigJson(), 'tiny.json')).map(({ file }) => file);
    expect(files).toEqual(['train-labels.gz', 'train-images.gz', 'test.zip']);
  });

  it('takes files of one name and another checksum for two', () => {
    const json = tinyConfigJson();
    put(json, 'splits.1.labels.sha256', 'cd'.repeat(32));
    expect(archivesOf(parseDefinition(json, 'tiny.json'))).toHaveLength(4);
  });

  it('says nothing of members', () => {
    for (const archive of archivesOf(parseDefinition(tinyConfigJson(), 'tiny.json')))
      expect(archive).not.toHaveProperty('member');
  });
});
