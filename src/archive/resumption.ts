import { readFile, rm, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { asDiskError } from '../errors.js';

/** What tells one state of a resource from another, byte for byte (RFC 9110, section 8.8.1: a strong validator). */
const validatorSchema = v.union([
  v.strictObject({ etag: v.string() }),
  v.strictObject({ lastModified: v.string() }),
]);

const resumptionSchema = v.strictObject({
  url: v.string(),
  validator: validatorSchema,
  sha256: v.string(),
  bytes: v.number(),
});

export type Validator = v.InferOutput<typeof validatorSchema>;

/** What must be known of a partial download to go on with it: kept beside it, as `<file>.part.json`. */
export type Resumption = v.InferOutput<typeof resumptionSchema>;

/** Headers of a response that validate it. */
export interface ValidatingHeaders {
  etag: string | undefined;
  lastModified: string | undefined;
  date: string | undefined;
}

/**
 * A response's validator, where it has a strong one: an entity tag without `W/`, or else a date of modification, which is
 * strong when the response is so much younger that no second change has fallen into the same second (RFC 9110, section
 * 8.8.2.2; a minute, as clocks differ).
 */
export function strongValidator({ etag, lastModified, date }: ValidatingHeaders): Validator | undefined {
  // Section 13.1.5 forbids the date where there is an entity tag.
  if (etag !== undefined) return /^"[\x21\x23-\x7e\x80-\xff]*"$/.test(etag) ? { etag } : undefined;
  if (lastModified === undefined || date === undefined) return undefined;
  return Date.parse(date) - Date.parse(lastModified) >= 60_000 ? { lastModified } : undefined;
}

/** The value of `If-Range` that has a server send the rest of the same bytes only, and all of them where they are others. */
export function ifRange(validator: Validator): string {
  return 'etag' in validator ? validator.etag : validator.lastModified;
}

/**
 * Reads what is noted of the partial download of `path`, or `undefined` where that is not one of this archive from this URL.
 */
export async function readResumption(
  path: string,
  url: string,
  { sha256, bytes }: ArchiveDefinition,
): Promise<Resumption | undefined> {
  try {
    const noted = v.parse(resumptionSchema, JSON.parse(await readFile(notePath(path), 'utf8')));
    return noted.url === url && noted.sha256 === sha256 && noted.bytes === bytes ? noted : undefined;
  } catch {
    return undefined;
  }
}

/** @throws {DatasetError} `DISK`, `DISK_FULL` */
export async function noteResumption(path: string, resumption: Resumption): Promise<void> {
  const note = notePath(path);
  try {
    await writeFile(note, JSON.stringify(resumption), { flag: 'wx' });
  } catch (error) {
    throw asDiskError(error, `writing ${note}`);
  }
}

/**
 * Removes the note, before what it tells of is removed, replaced or whole.
 *
 * @throws {DatasetError} `DISK`
 */
export async function forgetResumption(path: string): Promise<void> {
  const note = notePath(path);
  try {
    await rm(note, { force: true });
  } catch (error) {
    throw asDiskError(error, `removing ${note}`);
  }
}

function notePath(path: string): string {
  return `${path}.part.json`;
}
