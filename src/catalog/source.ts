import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskError } from '../errors.js';
import { CHECKSUMS_FILE, checksumsOf } from '../manifest/checksums.js';
import { fault } from '../verify/faults.js';
import { Findings } from '../verify/findings.js';
import { type Manifests, readManifests } from '../verify/manifests.js';

/** A published file: its name in the data set's directory, its size in bytes, and its checksum where `SHA256SUMS` has one. */
export interface PublishedFile {
  name: string;
  bytes: number;
  sha256: string | undefined;
}

/** A published data set, with all that its catalog page tells but the rows. */
export interface CatalogSource extends Manifests {
  directory: string;
  /** `mnist`, `emnist/letters`. */
  id: string;
  /** Of the data set, in the order of their names; what lies in folders is not the data set's. */
  files: readonly PublishedFile[];
}

/**
 * Reads what a data set's directory tells without its rows. It must be whole as far as that is seen by the names of its files; a
 * file that does not belong to it is no hindrance.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`
 */
export async function readCatalogSource(directory: string): Promise<CatalogSource> {
  const names = await filesIn(directory);
  const findings = new Findings();
  const manifests = readManifests(directory, names, findings);
  const hindrance = findings.faults.find(({ error }) => error.code !== 'FILE_EXTRA');
  if (hindrance !== undefined) throw hindrance.error;
  if (manifests === undefined)
    throw fault('MANIFEST_INVALID', `the manifests in ${directory} cannot be read`);
  const { info } = manifests;
  return {
    ...manifests,
    directory,
    id: info.config === undefined ? info.name : `${info.name}/${info.config}`,
    files: await publishedFiles(directory, names),
  };
}

async function filesIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    throw asDiskError(error, `reading ${directory}`);
  }
}

async function publishedFiles(directory: string, names: readonly string[]): Promise<PublishedFile[]> {
  const digests = checksumsIn(directory, names);
  const files: PublishedFile[] = [];
  for (const name of names)
    files.push({ name, bytes: (await stat(join(directory, name))).size, sha256: digests.get(name) });
  return files;
}

function checksumsIn(directory: string, names: readonly string[]): ReadonlyMap<string, string> {
  if (!names.includes(CHECKSUMS_FILE)) return new Map();
  const digests = checksumsOf(readFileSync(join(directory, CHECKSUMS_FILE), 'utf8'));
  if (digests !== undefined) return digests;
  throw fault('MANIFEST_INVALID', `${CHECKSUMS_FILE} is not what sha256sum reads`);
}
