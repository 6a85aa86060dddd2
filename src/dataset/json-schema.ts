import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import { definitionSchema } from './definition.js';

/** What editors say of each field. The fields of an archive are the same for images and labels, and stand under `archive`. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  '': 'A data set that idx-shards prepares: what TFDS says of it, and the IDX archives that hold it.',
  $schema: 'Where this schema is, so that editors complete the definition and check it.',
  name: "The data set's name: the folder that it goes to, and the beginning of each shard's name.",
  version: 'Its version, x.y.z without leading zeros.',
  description: 'What it is, for people. It goes into dataset_info.json.',
  citation: 'How to cite it, BibTeX as a rule. It goes into dataset_info.json.',
  homepage: 'Where more is to be read of it.',
  moduleName: "The Python module of TFDS's own builder, where dataset_info.json is to name one.",
  mirrors:
    'Where the archives are downloaded from: URLs that end with /, tried in this order. With none, the archives lie beside the definition, or in the folder that --archives names.',
  drawn: 'Set for the data set that the project draws itself.',
  image: 'The feature that holds the images.',
  'image.name': 'Its name.',
  'image.shape': 'Height, width and channels of each image; one channel, gray.',
  label: 'The feature that holds the labels.',
  'label.name': 'Its name.',
  'label.classes': 'How many classes there are: labels go from 0 to one less.',
  'label.classNames':
    'The name of each class, the first for label 0; as many as there are classes, no two alike.',
  splits: 'The splits, in the order in which dataset_info.json names them; no two of one name.',
  'splits.name': 'Its name, such as train. Not all, which TFDS has for all splits together.',
  'splits.rows': 'How many images it has, and labels.',
  'splits.images': 'The archive of the images: IDX, unsigned bytes, rows x height x width.',
  'splits.labels': 'The archive of the labels: IDX, unsigned bytes, one a row.',
  'archive.file': 'The name of its file, without a folder.',
  'archive.bytes': 'The size of the file as it lies there, compressed where it is.',
  'archive.sha256': 'The SHA-256 of the file as it lies there, in lower-case hexadecimal.',
};

/**
 * The JSON Schema of a definition, for editors and other programs: made from the schema that definitions are checked by, which
 * also asks for some things that JSON Schema cannot say (see `definition.ts`, `v.check`).
 *
 * @throws {Error} where a field has no description, or a description no field
 */
export function definitionJsonSchema(): JsonSchema {
  const { $schema, ...schema } = toJsonSchema(definitionSchema, { target: 'draft-07', errorMode: 'ignore' });
  const unused = new Set(Object.keys(DESCRIPTIONS));
  const described = describe(schema, '', unused);
  if (unused.size > 0) throw new Error(`no field of a definition is ${[...unused].join(' or ')}`);
  return { $schema, title: 'Definition of a data set', ...described };
}

function describe(schema: JsonSchema, path: string, unused: Set<string>): JsonSchema {
  const key = path.replace(/^splits\.(images|labels)\./, 'archive.');
  const description = DESCRIPTIONS[key];
  if (description === undefined) throw new Error(`the field ${path} of a definition has no description`);
  unused.delete(key);
  const { items } = schema;
  // Of lists, those of objects have fields to describe.
  const inner =
    typeof items === 'object' && !Array.isArray(items) && items.properties !== undefined ? items : schema;
  const properties = Object.entries(inner.properties ?? {}).map(([name, field]): [string, JsonSchema] => {
    if (typeof field === 'boolean') throw new Error(`the field ${path}.${name} is ${field}`);
    return [name, describe(field, path === '' ? name : `${path}.${name}`, unused)];
  });
  const whole = properties.length === 0 ? inner : { ...inner, properties: Object.fromEntries(properties) };
  const unique = key === 'label.classNames' ? { uniqueItems: true } : {};
  return inner === schema ? { description, ...whole, ...unique } : { description, ...schema, items: whole };
}
