import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import { asDiskError } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import { sha256OfFile } from '../fs/file-checksum.js';
import type { PrepareOptions } from '../prepare/options.js';
import { prepare } from '../prepare/prepare.js';

/** A file that is not what the lock says: another one, one that is not made any more, or a new one. */
export interface Drift {
  file: string;
  locked: string | undefined;
  found: string | undefined;
}

/**
 * Prepares a data set into a temporary folder, which is gone afterwards, and gives the SHA-256 of every file by its name.
 *
 * @throws {DatasetError} what {@link prepare} throws
 */
export async function regenerate(
  definition: DatasetDefinition,
  formats: readonly FormatName[],
  options: Pick<PrepareOptions, 'archives' | 'cacheDir' | 'signal' | 'workers'>,
): Promise<Record<string, string>> {
  const out = await mkdtemp(join(tmpdir(), 'idx-shards-')).catch((error: unknown) => {
    throw asDiskError(error, 'making a temporary folder');
  });
  try {
    const { directory } = await prepare(definition, { ...options, out, formats });
    const digests: Record<string, string> = {};
    for (const file of (await readdir(directory)).sort())
      digests[file] = await sha256OfFile(join(directory, file));
    return digests;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Where files differ from what is locked, in the order of their names. */
export function driftOf(
  locked: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): Drift[] {
  const files = [...new Set([...Object.keys(locked), ...Object.keys(found)])].sort();
  return files
    .filter((file) => locked[file] !== found[file])
    .map((file) => ({ file, locked: locked[file], found: found[file] }));
}
