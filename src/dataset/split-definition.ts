import * as v from 'valibot';

/** A text that says something. */
export const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));
export const positiveInteger = v.pipe(
  v.number(),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 at least'),
);

/** What numbers of rows and classes stay within: both are counted in 31 bits. */
const MOST = 2 ** 31 - 1;
export const count = v.pipe(positiveInteger, v.maxValue(MOST, `must be ${MOST} at most`));

const archiveFields = {
  file: v.pipe(text, v.regex(/^\w[\w.-]*( +[\w.-]+)*$/, 'must be a plain file name')),
  bytes: positiveInteger,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits')),
};

/** A file to be had: its name, its size in bytes and its checksum. */
export const archiveFile = v.strictObject(archiveFields);

/** What a file holds once it is unpacked, the array's file itself: its size in bytes and its checksum. */
const content = v.strictObject({ bytes: archiveFields.bytes, sha256: archiveFields.sha256 });

const archiveEntries = {
  ...archiveFields,
  /** What the file holds, where that is known: whatever holds the same is as good as the file. */
  content: v.optional(content),
  /** Where the file is a zip: the path of the member that is meant. */
  member: v.optional(
    v.pipe(text, v.check(isMemberPath, 'must be a path within the zip, and not lead out of it')),
  ),
};

const CONTENT_OF_MEMBER = 'must not have content where it has a member: a zip is known by its own checksum';

function isKnownByOne({ content, member }: { content?: unknown; member?: unknown }): boolean {
  return content === undefined || member === undefined;
}

const archive = v.pipe(
  v.strictObject(archiveEntries),
  v.check((archive) => isKnownByOne(archive), CONTENT_OF_MEMBER),
);

const labelsEntries = {
  ...archiveEntries,
  /** Where the file has several numbers a row: which of them is the label, from 0 on. */
  column: v.optional(
    v.pipe(v.number(), v.integer('must be a whole number'), v.minValue(0, 'must be 0 at least')),
  ),
};

const labels = v.pipe(
  v.strictObject(labelsEntries),
  v.check((archive) => isKnownByOne(archive), CONTENT_OF_MEMBER),
);

function isMemberPath(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part));
}

const part = v.pipe(
  v.strictObject({
    rows: count,
    images: archive,
    labels: v.optional(labels),
    /** The class of all its rows, by its name. */
    class: v.optional(text),
  }),
  v.check(
    (part) => part.labels === undefined || part.class === undefined,
    'must not have both labels and a class',
  ),
);

/** What a key may have beside other text: the row's number within its archive, that of its part, the name of its class. */
const FIELDS = /\{(row|part|class)\}/g;

const key = v.pipe(
  text,
  v.check((template) => template.split('{row}').length === 2, 'must have {row} once'),
  v.check(
    (template) => !/[{}\\]/.test(template.replaceAll(FIELDS, '')),
    'must have no braces but those of {row}, {part} and {class}, and no \\',
  ),
);

/** What is said of a field that must be there. */
export const MISSING = 'is missing';

/** The schema of one split. Where it has one archive, that stands in the split itself; where it has several, in its `parts`. */
export const split = v.pipe(
  v.strictObject({
    name: v.pipe(
      text,
      v.regex(/^[\w-]+$/, 'must be letters, digits, _ and -'),
      v.notValue('all', 'must not be all, a word of its own in TFDS'),
    ),
    rows: count,
    /** The archives may hold more rows than these: the first are taken, as TFDS does. */
    firstRows: v.optional(v.boolean()),
    images: v.optional(archive),
    labels: v.optional(labels),
    parts: v.optional(v.pipe(v.array(part), v.minLength(1, 'must name one part at least'))),
    /**
     * How a row's key is made, by whose hash TFDS orders rows: a text with `{row}`, the row's number within its archive. Without
     * it the key is the row's number in its split.
     */
    key: v.optional(key),
  }),
  v.forward(
    // As a field that is always required it is told of beside other faults.
    v.partialCheck(
      [['images'], ['parts']],
      ({ images, parts }) => images !== undefined || parts !== undefined,
      MISSING,
    ),
    ['images'],
  ),
  v.check(
    ({ images, labels, firstRows, parts }) =>
      parts === undefined || (images ?? labels ?? firstRows) === undefined,
    'must have either parts or archives of its own, and with parts no firstRows',
  ),
  v.check(
    ({ rows, parts }) => parts === undefined || rows === parts.reduce((sum, part) => sum + part.rows, 0),
    'must have as many rows as its parts together',
  ),
  v.check(
    ({ key, parts = [] }) => key === undefined || hasDifferentKeys(key, parts),
    'must have {part}, or {class} with a class of its own for each part, in the key of several parts',
  ),
);

/** Whether rows of several parts can have different keys. */
function hasDifferentKeys(key: string, parts: readonly SplitPart[]): boolean {
  const classes = parts.flatMap((part) => part.class ?? []);
  if (key.includes('{class}') && classes.length !== Math.max(parts.length, 1)) return false;
  if (parts.length < 2 || key.includes('{part}')) return true;
  return key.includes('{class}') && new Set(classes).size === classes.length;
}

/** One split: its rows, and the archives that hold them, that of the labels where there are labels. */
export type SplitDefinition = v.InferOutput<typeof split>;
/**
 * One archive: its file name, its size in bytes, its checksum, what it holds where that is known, and, where it is a zip, the
 * member that is meant.
 */
export type ArchiveDefinition = v.InferOutput<typeof archive>;
/** The archive of labels. */
export type LabelsDefinition = v.InferOutput<typeof labels>;
/** Rows of a split that one archive holds, with that of their labels, or with the class that all of them have. */
export type SplitPart = v.InferOutput<typeof part>;

/** The parts of a split, in the order of their rows: where it has no `parts`, it is the one part itself. */
export function partsOf({ rows, images, labels, parts = [] }: SplitDefinition): SplitPart[] {
  if (images === undefined) return parts;
  return [{ rows, images, ...(labels === undefined ? {} : { labels }) }];
}

/** A part of a split, with the number of its first row. */
export interface PlacedPart extends SplitPart {
  firstRow: number;
}

/** The parts of a split, each with the number of its first row. */
export function placedParts(split: SplitDefinition): PlacedPart[] {
  let end = 0;
  return partsOf(split).map((part) => {
    end += part.rows;
    return { ...part, firstRow: end - part.rows };
  });
}

/** Rows that stand one behind the other, from `start` (inclusive) to `end` (exclusive), counted from 0. */
export interface RowSpan {
  start: number;
  end: number;
}

/** A part of a split of which some rows are wanted, or all. */
export interface WantedPart extends PlacedPart {
  /** Which of its own rows they are. */
  wanted: RowSpan;
}

/** The parts that have rows of a span of the split. */
export function partsWithin(split: SplitDefinition, { start, end }: RowSpan): WantedPart[] {
  return placedParts(split).flatMap((part) => {
    const wanted = {
      start: Math.max(0, start - part.firstRow),
      end: Math.min(part.rows, end - part.firstRow),
    };
    return wanted.start < wanted.end ? [{ ...part, wanted }] : [];
  });
}

/** The archives of a split, or of a range of its rows, labels first, in the order of its parts. */
export function archivesOfSplit(
  split: SplitDefinition,
  range: RowSpan = { start: 0, end: split.rows },
): ArchiveDefinition[] {
  return partsWithin(split, range).flatMap(({ labels, images }) => [labels ?? [], images].flat());
}
