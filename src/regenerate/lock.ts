import { writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import { asDiskError, DatasetError } from '../errors.js';
import { FORMAT_NAMES } from '../formats/formats.js';
import { readNamedFile } from '../fs/named-file.js';

/** As `--formats` has them: names with commas between them. */
const formats = v.pipe(
  v.string(),
  v.transform((names) => names.split(',')),
  v.array(v.picklist(FORMAT_NAMES)),
);

const entry = v.strictObject({
  version: v.string(),
  /** Where the definition is that makes it, relative to the lock; none where the project brings it. */
  definition: v.optional(v.string()),
  formats,
  /** SHA-256 of every published file, by its name. */
  files: v.record(v.string(), v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'))),
});

const schema = v.strictObject({ datasets: v.record(v.string(), entry) });

/** What is locked of one data set. */
export type LockedDataset = v.InferOutput<typeof entry>;

/** What a lock file holds: data sets by what they are called on the command line. */
export type Lock = ReadonlyMap<string, LockedDataset>;

/**
 * Reads a lock file.
 *
 * @throws {DatasetError} `LOCK_INVALID`, `DISK`
 */
export async function readLock(path: string): Promise<Lock> {
  const next = 'Check the path, or make it with --update.';
  const text = await readNamedFile(path, { what: 'the lock', code: 'LOCK_INVALID', next });
  return parseLock(text, path);
}

/** @throws {DatasetError} `LOCK_INVALID` */
export function parseLock(text: string, where: string): Lock {
  const next = 'Mend it, or make it again with --update.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const found = error instanceof Error ? error.message : undefined;
    throw new DatasetError('LOCK_INVALID', `${where} is not JSON`, {
      expected: 'JSON',
      found,
      next,
      cause: error,
    });
  }
  const result = v.safeParse(schema, value);
  if (result.success) return new Map(Object.entries(result.output.datasets));
  const [issue] = result.issues;
  throw new DatasetError(
    'LOCK_INVALID',
    `${where} is not a lock: \`${v.getDotPath(issue) ?? 'the whole'}\``,
    {
      expected: issue.expected,
      found: issue.received,
      next,
    },
  );
}

/** The text of a lock file: the same for the same content, in the order of names. */
export function lockText(lock: Lock): string {
  const datasets = sorted([...lock]).map(([name, { version, definition, formats, files }]) => [
    name,
    {
      version,
      ...(definition === undefined ? {} : { definition }),
      formats: FORMAT_NAMES.filter((format) => formats.includes(format)).join(),
      files: Object.fromEntries(sorted(Object.entries(files))),
    },
  ]);
  return `${JSON.stringify({ datasets: Object.fromEntries(datasets) }, null, 2)}\n`;
}

/**
 * Writes a lock file.
 *
 * @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export async function writeLock(path: string, lock: Lock): Promise<void> {
  await writeFile(path, lockText(lock)).catch((error: unknown) => {
    throw asDiskError(error, `writing the lock ${path}`);
  });
}

function sorted<T>(entries: [string, T][]): [string, T][] {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}
