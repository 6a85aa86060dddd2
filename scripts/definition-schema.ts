import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { definitionSchema } from '../src/dataset/definition.js';

/** The fields of a file that a config has not, or has its own of. */
const NOT_OF_CONFIGS = ['$schema', 'name', 'config', 'defaultConfig'];

/** What editors say of each field. The fields of an archive are the same for images and labels, and stand under `archive`. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  '': 'A data set that idx-shards prepares: what TFDS says of it, and the archives of arrays that hold it.',
  $schema: 'Where this schema is, so that editors complete the definition and check it.',
  name: "The data set's name: the folder that it goes to, and the beginning of each shard's name.",
  config: 'The config of the data set that this is, where it is one.',
  'config.name': 'Its name: a folder within that of the data set.',
  'config.description': 'What it is, for people.',
  defaultConfig: "The config that the data set's name alone stands for; the first where it is left out.",
  configs:
    'The configs of the data set: each is the fields of this file, with its own in their place. The name and the description are its own.',
  archives: 'Files that splits name by the keys that they have here, so that each is described once.',
  releaseNotes: 'What is new in a version, by version.',
  version: 'Its version, x.y.z without leading zeros.',
  description: 'What it is, for people. It goes into dataset_info.json.',
  citation: 'How to cite it, BibTeX as a rule. It goes into dataset_info.json.',
  homepage: 'Where more is to be read of it.',
  license: 'Its license as the Hugging Face hub calls it, such as cc-by-sa-4.0. It goes into the card.',
  prettyName: 'Its name as people write it. It goes into the card.',
  note: 'What people must know before they use the rows, in one line: the card, the catalog page and show tell it.',
  moduleName: "The Python module of TFDS's own builder, where dataset_info.json is to name one.",
  mirrors:
    'Where the archives are downloaded from: https, http or s3 URLs that end with /, tried in this order. With none, the archives lie beside the definition, or in the folder that --archives names.',
  drawn: 'Set for the data set that the project draws itself.',
  image: 'The feature that holds the images, where the rows are images.',
  'image.name': 'Its name.',
  'image.shape': 'Height, width and channels of each image: one channel is gray, three are RGB, four RGBA.',
  tensor: 'The feature that holds the rows as numbers, where they are no images.',
  'tensor.name': 'Its name.',
  'tensor.dtype': 'The type of its elements, which the archives must have.',
  'tensor.shape': 'The dimensions of a row, up to three; none where a row is one number.',
  label: 'The feature that holds the labels, where there are labels.',
  'label.name': 'Its name.',
  'label.classes': 'How many classes there are: labels go from 0 to one less.',
  'label.classNames':
    'The name of each class, the first for label 0; as many as there are classes, no two alike.',
  splits: 'The splits, in the order in which dataset_info.json names them; no two of one name.',
  'splits.name': 'Its name, such as train. Not all, which TFDS has for all splits together.',
  'splits.rows': 'How many rows it has.',
  'splits.firstRows': 'Whether the archives may hold more rows than these, of which the first are taken.',
  'splits.parts':
    'Where several archives hold the rows: each of them, in the order of its rows, in the place of images and labels.',
  'splits.parts.rows': 'How many rows of the split it has.',
  'splits.parts.class': 'The name of the class of all its rows, where it has no labels.',
  'splits.key':
    "How the key of a row is made, by whose hash TFDS orders rows: a text with {row}, the row's number within its archive, and perhaps {class} and {part}. Without it the key is the row's number in the split.",
  'part.images': 'The archive of the images or tensors: IDX or NPY, the rows first.',
  'part.labels': 'The archive of the labels, where there is a label: IDX or NPY, integers, one a row.',
  'archive.file': 'The name of its file, without a folder.',
  'archive.bytes': 'The size of the file as it lies there, compressed where it is.',
  'archive.sha256': 'The SHA-256 of the file as it lies there, in lower-case hexadecimal.',
  'archive.content':
    'What the file holds, where that is known: whatever holds the same is taken for it, packed in any way or not.',
  'archive.content.bytes': 'The size of the IDX file that it holds, unpacked.',
  'archive.content.sha256': 'The SHA-256 of the IDX file that it holds, unpacked, in lower-case hexadecimal.',
  'archive.member': 'Where the file is a zip: the path of the member that is meant.',
  'archive.column':
    'Where the file of labels has several numbers a row: which of them is the label, from 0 on.',
  'archive.archive': 'The key that the file has in archives.',
};

/**
 * The JSON Schema of a definition's file, for editors and other programs: made from the schema that definitions are checked by,
 * and from what `definition-file.ts` takes beside. Both also ask for some things that JSON Schema cannot say (`v.check`).
 *
 * @throws {Error} where a field has no description, or a description no field
 */
export function definitionJsonSchema(): JsonSchema {
  const { $schema, ...definition } = toJsonSchema(definitionSchema, {
    target: 'draft-07',
    errorMode: 'ignore',
  });
  const unused = new Set(Object.keys(DESCRIPTIONS));
  const described = describe(fileSchema(definition), '', unused);
  if (unused.size > 0) throw new Error(`no field of a definition is ${[...unused].join(' or ')}`);
  return { $schema, title: 'Definition of a data set', ...described };
}

const has = (field: string): JsonSchema => ({ required: [field] });
const eachSplit = (split: JsonSchema): JsonSchema => ({ properties: { splits: { items: split } } });
const eachConfig = (config: JsonSchema): JsonSchema => ({ properties: { configs: { items: config } } });

/** A definition has one of the two. */
const INPUTS = [has('image'), has('tensor')];

/** So has each config, where it has what the file has. */
const INPUTS_OF_CONFIGS: JsonSchema[] = [
  { ...has('image'), not: has('tensor'), ...eachConfig({ not: has('tensor') }) },
  { ...has('tensor'), not: has('image'), ...eachConfig({ not: has('image') }) },
  { not: { anyOf: INPUTS }, ...eachConfig({ oneOf: INPUTS }) },
];

/** The parts of a split, the one that it is itself among them, with this or without. */
const LABELLED: JsonSchema = {
  anyOf: [
    has('labels'),
    { required: ['parts'], properties: { parts: { items: { anyOf: [has('labels'), has('class')] } } } },
  ],
};
const UNLABELLED: JsonSchema = {
  not: has('labels'),
  properties: { parts: { items: { not: { anyOf: [has('labels'), has('class')] } } } },
};

/** A definition has a label, and labels in each split, or neither. */
const LABELS: JsonSchema[] = [
  { ...has('label'), ...eachSplit(LABELLED) },
  { not: has('label'), ...eachSplit(UNLABELLED) },
];

/** A split has either archives of its own, or parts. */
const ARCHIVES: JsonSchema[] = [
  { ...has('images'), not: has('parts') },
  { ...has('parts'), not: { anyOf: [has('images'), has('labels'), has('firstRows')] } },
];

/** What a file may hold: a definition, or one with `configs` and `archives`. */
function fileSchema(definition: JsonSchema): JsonSchema {
  const { required = [], ...rest } = definition;
  const split = member(member(definition, 'splits'), 'items');
  const archive = member(split, 'images');
  const parts = member(split, 'parts');
  const part = withKeys(member(parts, 'items'));
  const splits = {
    ...member(definition, 'splits'),
    items: {
      ...withKeys(split, { parts: { ...parts, items: { ...part, not: { required: ['labels', 'class'] } } } }),
      oneOf: ARCHIVES,
    },
  };
  const properties = { ...definition.properties, splits };
  return {
    ...rest,
    properties: {
      ...properties,
      archives: {
        type: 'object',
        additionalProperties: { ...archive, properties: without(archive.properties, ['member', 'content']) },
      },
      configs: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          properties: {
            name: member(member(definition, 'config'), 'name'),
            ...without(properties, NOT_OF_CONFIGS),
          },
          required: ['name'],
          additionalProperties: false,
        },
      },
    },
    // Where there are configs, each must have what the file has not; name and description of a config are its own.
    anyOf: [
      { required, not: { required: ['configs'] }, oneOf: INPUTS, anyOf: LABELS },
      {
        required: ['name', 'description', 'configs'],
        not: { required: ['config'] },
        allOf: required.map((name) => ({
          anyOf: [{ required: [name] }, { properties: { configs: { items: { required: [name] } } } }],
        })),
        oneOf: INPUTS_OF_CONFIGS,
      },
    ],
  };
}

/** A split or a part of one, whose archives may be keys of the file's `archives`. */
function withKeys(schema: JsonSchema, more: NonNullable<JsonSchema['properties']> = {}): JsonSchema {
  const [images, labels] = [orByKey(member(schema, 'images')), orByKey(member(schema, 'labels'))];
  return { ...schema, properties: { ...schema.properties, images, labels, ...more } };
}

/** An archive, or a member of one that has a key in the file's `archives`. */
function orByKey({ required = [], ...archive }: JsonSchema): JsonSchema {
  const others = [...required, 'content'].map((name): [string, JsonSchema] => [name, { not: {} }]);
  return {
    ...archive,
    properties: { ...archive.properties, archive: { type: 'string' } },
    anyOf: [
      { required, not: { anyOf: [has('archive'), { required: ['content', 'member'] }] } },
      { required: ['archive'], properties: Object.fromEntries(others) },
    ],
  };
}

function without(
  fields: JsonSchema['properties'],
  names: readonly string[],
): NonNullable<JsonSchema['properties']> {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([name]) => !names.includes(name)));
}

/** The schema of a field, or that of a list's members. */
function member(schema: JsonSchema, name: string): JsonSchema {
  const found = name === 'items' ? schema.items : schema.properties?.[name];
  if (typeof found !== 'object' || Array.isArray(found)) throw new Error(`there is no field ${name}`);
  return found;
}

function describe(schema: JsonSchema, path: string, unused: Set<string>): JsonSchema {
  const key = path
    .replace(/^configs\.(?!name$)/, '')
    .replace(/^configs\.name$/, 'config.name')
    .replace(/^splits\.(parts\.)?(images|labels)\.|^archives\./, 'archive.')
    .replace(/^splits\.(parts\.)?(images|labels)$/, 'part.$2');
  const description = DESCRIPTIONS[key];
  if (description === undefined) throw new Error(`the field ${path} of a definition has no description`);
  unused.delete(key);
  const { items, additionalProperties } = schema;
  // Of lists and tables, those of objects have fields to describe.
  const part = [items, additionalProperties].find((inner) => hasFields(inner));
  const inner = part ?? schema;
  const properties = Object.entries(inner.properties ?? {}).map(([name, field]): [string, JsonSchema] => {
    if (typeof field === 'boolean') throw new Error(`the field ${path}.${name} is ${field}`);
    return [name, describe(field, path === '' ? name : `${path}.${name}`, unused)];
  });
  const whole = properties.length === 0 ? inner : { ...inner, properties: Object.fromEntries(properties) };
  const unique = key === 'label.classNames' ? { uniqueItems: true } : {};
  if (inner === schema) return { description, ...whole, ...unique };
  return { description, ...schema, [inner === items ? 'items' : 'additionalProperties']: whole };
}

function hasFields(schema: JsonSchema['items'] | JsonSchema['additionalProperties']): schema is JsonSchema {
  return typeof schema === 'object' && !Array.isArray(schema) && schema.properties !== undefined;
}
