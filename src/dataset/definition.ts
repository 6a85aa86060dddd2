import * as v from 'valibot';
import { DatasetError } from '../errors.js';

const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));
const positiveInteger = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 at least'),
);

const archive = v.strictObject({
  file: v.pipe(text, v.regex(/^[\w][\w.-]*$/, 'must be a plain file name')),
  bytes: positiveInteger,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')),
});

const split = v.strictObject({
  name: v.pipe(
    text,
    v.regex(/^[\w-]+$/, 'must be letters, digits, _ and -'),
    v.notValue('all', 'must not be all, a word of its own in TFDS'),
  ),
  rows: positiveInteger,
  images: archive,
  labels: archive,
});

const image = v.strictObject({
  name: v.pipe(text, v.regex(/^\w+$/, 'must be letters, digits and _')),
  shape: v.strictTuple([
    positiveInteger,
    positiveInteger,
    v.pipe(positiveInteger, v.value(1, 'must be 1: gray images are supported')),
  ]),
});

const label = v.pipe(
  v.strictObject({
    name: v.pipe(text, v.regex(/^\w+$/, 'must be letters, digits and _')),
    classes: v.pipe(positiveInteger, v.maxValue(256, 'must be 256 at most')),
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
    version: v.pipe(
      text,
      v.regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/, 'must be x.y.z without leading zeros'),
    ),
    description: text,
    citation: v.optional(text),
    homepage: v.optional(v.pipe(v.string(), v.url('must be a URL'))),
    moduleName: v.optional(text),
    mirrors: v.array(v.pipe(v.string(), v.url('must be a URL'), v.endsWith('/', 'must end with /'))),
    drawn: v.optional(v.literal('digits')),
    image,
    label,
    splits: v.pipe(
      v.array(split),
      v.minLength(1, 'must name one split at least'),
      v.check(
        (splits) => new Set(splits.map(({ name }) => name)).size === splits.length,
        'must have different names',
      ),
    ),
  }),
  v.check(({ image, label }) => image.name !== label.name, 'must give image and label different names'),
);

/** A data set as `config/` describes it: what TFDS says of it, and the archives that hold it. */
export type DatasetDefinition = v.InferOutput<typeof definitionSchema>;
/** One split: its rows, and the two archives that hold them. */
export type SplitDefinition = v.InferOutput<typeof split>;
/** One archive: its file name, its size in bytes and its checksum. */
export type ArchiveDefinition = v.InferOutput<typeof archive>;

/**
 * Checks a value against the definition's schema.
 *
 * @param value parsed JSON
 * @param where the file it came from, for the message
 * @throws {DatasetError} `DEFINITION_INVALID`, naming every field that is missing, unknown or wrong
 */
export function parseDefinition(value: unknown, where: string): DatasetDefinition {
  const result = v.safeParse(definitionSchema, value);
  if (result.success) return result.output;
  const faults = result.issues.map(describeIssue);
  throw new DatasetError(
    'DEFINITION_INVALID',
    `${where} is not a definition: ${faults.map(({ text }) => text).join('; ')}`,
    {
      expected: faults[0]?.expected,
      found: faults[0]?.found,
      next: 'Mend the definition; config/mnist.json is one to go by.',
    },
  );
}

interface Fault {
  text: string;
  expected: string;
  found: string;
}

function describeIssue(issue: v.BaseIssue<unknown>): Fault {
  const path = v.getDotPath(issue);
  const field = path === null ? 'it' : `\`${path}\``;
  const found = issue.received;
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return {
      text: `${field} is not a field of a definition`,
      expected: 'known fields only',
      found: field,
    };
  }
  if (issue.type === 'strict_object' && found === 'undefined') {
    return { text: `${field} is missing`, expected: field, found: 'nothing' };
  }
  if (issue.kind === 'schema') {
    const expected = issue.expected ?? 'another type';
    return { text: `${field} must be ${expected}, not ${found}`, expected, found };
  }
  return { text: `${field} ${issue.message}`, expected: issue.message, found };
}
