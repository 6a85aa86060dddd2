import * as v from 'valibot';
import { faultOf, invalidDefinition } from './faults.js';
import { DTYPE_NAMES, type InputFeature, type RowFeatures } from './feature.js';
import {
  type ArchiveDefinition,
  archivesOfSplit,
  count,
  partsOf,
  positiveInteger,
  split,
  text,
} from './split-definition.js';

const version = v.pipe(
  text,
  v.regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, 'must be x.y.z without leading zeros'),
);

/** The name of a config, by TFDS's rule; dots alone would lead out of the folder of the data set. */
export const configName = v.pipe(
  text,
  v.regex(/^(?!\.+$)[\w+\-.]+$/, 'must be letters, digits, _, +, - and ., and not dots alone'),
);

/** What the names of things must be that files or folders are named by: some disks take `train` and `Train` for one. */
export const DIFFERENT = 'must have different names, also where case does not count';

/** Whether names are {@link DIFFERENT}. */
export function areDifferent(names: readonly string[]): boolean {
  return new Set(names.map((name) => name.toLowerCase())).size === names.length;
}

const featureName = v.pipe(text, v.regex(/^\w+$/, 'must be letters, digits and _'));

const oneLine = v.pipe(text, v.regex(/^\S(.*\S)?$/, 'must be one line without white space around it'));

const image = v.strictObject({
  name: featureName,
  shape: v.strictTuple([positiveInteger, positiveInteger, v.picklist([1, 3, 4])]),
});

const tensor = v.strictObject({
  name: featureName,
  dtype: v.picklist(DTYPE_NAMES),
  shape: v.pipe(v.array(positiveInteger), v.maxLength(3, 'must have 3 dimensions at most')),
});

const label = v.pipe(
  v.strictObject({
    name: featureName,
    classes: count,
    classNames: v.optional(
      v.pipe(
        v.array(v.pipe(text, v.regex(/^(\S(.*\S)?)?$/, 'must be one line without white space around it'))),
        v.check((names) => new Set(names).size === names.length, 'must have different names'),
      ),
    ),
  }),
  v.check(
    ({ classes, classNames }) => classNames === undefined || classNames.length === classes,
    'must have one name in classNames for each of its classes',
  ),
);

/**
 * The schema of a definition. TFDS's own rules stand behind those of names and versions (`tensorflow_datasets/core/naming.py`),
 * of splits (`splits.py`: `_SUB_SPEC_RE`), and of class names, which it reads back from lines (`features/class_label_feature.py`).
 */
export const definitionSchema = v.pipe(
  v.strictObject({
    $schema: v.optional(v.string()),
    name: v.pipe(
      text,
      v.regex(/^[a-zA-Z]\w*$/, 'must begin with a letter and go on with letters, digits and _'),
    ),
    config: v.optional(v.strictObject({ name: configName, description: v.optional(text) })),
    /** The config that the data set's name alone stands for. */
    defaultConfig: v.optional(configName),
    version,
    description: text,
    citation: v.optional(text),
    homepage: v.optional(v.pipe(v.string(), v.url('must be a URL'))),
    /** As the Hugging Face hub calls it, which is mostly the identifier of SPDX in small letters. */
    license: v.optional(
      v.pipe(text, v.regex(/^[a-z0-9][a-z0-9.+-]*$/, 'must be small letters, digits, ., + and -')),
    ),
    prettyName: v.optional(oneLine),
    /** What people must know before they use the rows, and TFDS's own manifest has no place for. */
    note: v.optional(oneLine),
    moduleName: v.optional(text),
    /** What is new in a version, by version. */
    releaseNotes: v.optional(v.record(version, text)),
    mirrors: v.array(
      v.pipe(
        v.string(),
        v.url('must be a URL'),
        v.regex(/^(https?|s3):\/\/.*\/$/, 'must begin with https://, http:// or s3://, and end with /'),
      ),
    ),
    drawn: v.optional(v.literal('digits')),
    image: v.optional(image),
    tensor: v.optional(tensor),
    label: v.optional(label),
    splits: v.pipe(
      v.array(split),
      v.minLength(1, 'must name one split at least'),
      v.check((splits) => areDifferent(splits.map(({ name }) => name)), DIFFERENT),
    ),
  }),
  v.check(
    ({ image, tensor }) => (image === undefined) !== (tensor === undefined),
    'must have either an image or a tensor',
  ),
  v.check(
    ({ image, tensor, label }) => label === undefined || (image ?? tensor)?.name !== label.name,
    'must give its features different names',
  ),
  v.check(
    ({ label, splits }) =>
      splits
        .flatMap(partsOf)
        .every((part) => ((part.labels ?? part.class) === undefined) === (label === undefined)),
    'must have labels in each split where it has a label, and in none where it has not',
  ),
  v.check(
    ({ label, splits }) =>
      splits
        .flatMap(partsOf)
        .every((part) => part.class === undefined || label?.classNames?.includes(part.class)),
    'must have the class of each part among the classNames of its label',
  ),
  v.check(
    ({ config, defaultConfig }) => defaultConfig === undefined || config !== undefined,
    'must have a config where it has a defaultConfig',
  ),
);

/** A data set, in one of its configs where it has some, as `config/` describes it: what TFDS says of it, and the archives that hold it. */
export type DatasetDefinition = v.InferOutput<typeof definitionSchema>;
/**
 * Checks a value against the schema of one data set in one config; a whole file is read by `parseDefinitions`.
 *
 * @param value parsed JSON
 * @param where the file it came from, for the message
 * @throws {DatasetError} `DEFINITION_INVALID`, naming every field that is missing, unknown or wrong
 */
export function parseDefinition(value: unknown, where: string): DatasetDefinition {
  const result = v.safeParse(definitionSchema, value);
  if (result.success) return result.output;
  throw invalidDefinition(where, result.issues.map(faultOf));
}

/** What a data set is called on the command line and in events: `mnist`, `emnist/letters`. */
export function datasetId({ name, config }: Pick<DatasetDefinition, 'name' | 'config'>): string {
  return config === undefined ? name : `${name}/${config.name}`;
}

/**
 * The features of a data set's rows.
 *
 * @throws {Error} for a definition that {@link parseDefinition} would refuse
 */
export function featuresOf({ image, tensor, label }: DatasetDefinition): RowFeatures {
  return { input: inputOf(image, tensor), label: label?.name };
}

function inputOf(image: DatasetDefinition['image'], tensor: DatasetDefinition['tensor']): InputFeature {
  if (image !== undefined) return { kind: 'image', dtype: 'uint8', ...image };
  if (tensor !== undefined) return { kind: 'tensor', ...tensor };
  throw new Error('a definition has neither an image nor a tensor');
}

/** The files that a data set is made of, each once, however many of its members are used: labels first. */
export function archivesOf({ splits }: DatasetDefinition): ArchiveDefinition[] {
  return onceEach(splits.flatMap((split) => archivesOfSplit(split)));
}

/** Each archive once, however many of its members are among them. */
export function onceEach(archives: readonly ArchiveDefinition[]): ArchiveDefinition[] {
  const files = archives.map(
    ({ member: _, ...archive }) => [`${archive.sha256}/${archive.file}`, archive] as const,
  );
  return [...new Map(files).values()];
}

/** Sum of the archives' sizes in bytes; a zip counts once, however many of its members are used. */
export function archiveBytes(definition: DatasetDefinition): number {
  return archivesOf(definition).reduce((sum, { bytes }) => sum + bytes, 0);
}
