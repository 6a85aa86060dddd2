import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { type DatasetDefinition, definitionSchema } from '../dataset/definition.js';
import { count } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { DEFAULT_FORMATS, FORMAT_NAMES } from '../formats/formats.js';
import { COMPRESSIONS } from '../formats/parquet/settings.js';
import type { PrepareOptions } from '../prepare/options.js';
import { TENSOR_TYPES } from '../rows/table.js';

const specSchema = v.strictObject({
  /** The version of the tool: another one might write other bytes. */
  tool: v.string(),
  definition: definitionSchema,
  formats: v.array(v.picklist(FORMAT_NAMES)),
  image: v.picklist(['png', 'tensor']),
  tensors: v.picklist(TENSOR_TYPES),
  index: v.boolean(),
  compression: v.picklist(COMPRESSIONS),
  arrowForm: v.picklist(['file', 'stream']),
  numShards: v.optional(count),
  /** How many tasks the rows of each split are cut into, where somebody says so. */
  maps: v.optional(count),
});

/** All that decides the bytes of a data set, and of what is made on the way to it: the same on every machine that takes part. */
export type JobSpec = v.InferOutput<typeof specSchema>;

/** What of the options of `prepare` a job takes. */
export type JobOptions = Pick<
  PrepareOptions,
  | 'formats'
  | 'image'
  | 'tensors'
  | 'index'
  | 'compression'
  | 'arrowForm'
  | 'numShards'
  | 'maxShardSize'
  | 'overwrite'
> & { maps?: number | undefined };

/**
 * The spec of a job.
 *
 * @param tool the version of the tool
 * @throws {DatasetError} `USAGE` for what a job cannot do
 */
export function specOf(definition: DatasetDefinition, options: JobOptions, tool: string): JobSpec {
  expectPossible(options);
  const { formats = DEFAULT_FORMATS, numShards, maps } = options;
  const { $schema: _, ...described } = definition;
  // The schema's order of keys: who reads the spec from the storage gets them so, and its name is that of its text.
  return v.parse(specSchema, {
    tool,
    definition: described,
    formats: FORMAT_NAMES.filter((format) => formats.includes(format)),
    image: options.image ?? 'png',
    tensors: options.tensors ?? 'list',
    index: options.index ?? false,
    compression: options.compression ?? 'snappy',
    arrowForm: options.arrowForm ?? 'file',
    ...(numShards === undefined ? {} : { numShards }),
    ...(maps === undefined ? {} : { maps }),
  });
}

function expectPossible({ maxShardSize, overwrite }: JobOptions): void {
  const [option, why, next] =
    maxShardSize !== undefined
      ? [
          '--max-shard-size',
          'where to cut depends on the size of every row in its place',
          'Give --num-shards.',
        ]
      : overwrite === true
        ? [
            '--overwrite',
            'objects are never changed, so that no reader meets a mixture',
            'Remove the data set with the tools of the storage, or choose another --out.',
          ]
        : [];
  if (option === undefined) return;
  throw new DatasetError('USAGE', `many machines do not take ${option}: ${why}`, { found: option, next });
}

/** A spec as the storage keeps it: the same text for the same spec. */
export function specText(spec: JobSpec): string {
  return `${JSON.stringify(spec)}\n`;
}

/** The name of the job that a spec tells of. */
export function specId(spec: JobSpec): string {
  return createHash('sha256').update(specText(spec)).digest('hex').slice(0, 32);
}

/**
 * Reads a spec.
 *
 * @param name where it lies, for messages
 * @throws {DatasetError} `STORAGE` where it is none
 */
export function parseSpec(text: string, name: string): JobSpec {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const result = v.safeParse(specSchema, json);
  if (result.success) return result.output;
  throw new DatasetError('STORAGE', `${name} is not the spec of a job of this version of the tool`, {
    found: result.issues[0].message,
    next: 'See that all machines have the same version of the tool.',
  });
}

/** How messages call what a spec has, and which `--options` it comes from. */
const CALLED: Readonly<Record<keyof JobSpec, string>> = {
  tool: 'version of the tool',
  definition: 'definition',
  formats: '--formats',
  image: '--image',
  tensors: '--tensors',
  index: 'the column index',
  compression: '--compression',
  arrowForm: "Arrow's form",
  numShards: '--num-shards',
  maps: '--maps',
};

/**
 * In what a spec differs from another one of the same data set, in words; `undefined` where that is not known.
 */
export function differenceOf(
  own: JobSpec,
  other: JobSpec | undefined,
): { expected: string; found: string } | undefined {
  if (other === undefined) return undefined;
  const names = Object.keys(CALLED).filter(isField);
  const differing = names.filter((name) => JSON.stringify(own[name]) !== JSON.stringify(other[name]));
  if (differing.length === 0) return undefined;
  const told = (spec: JobSpec, definition: string): string =>
    differing
      .map((name) => `${CALLED[name]}: ${name === 'definition' ? definition : valueText(spec[name])}`)
      .join('; ');
  return { expected: told(own, "this machine's"), found: told(other, 'another one') };
}

function isField(name: string): name is keyof JobSpec {
  return name in CALLED;
}

function valueText(value: unknown): string {
  if (value === undefined) return 'not given';
  return Array.isArray(value) ? value.join(',') : String(value);
}
