import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import type { DatasetDirectory } from '../directory/read.js';
import { fault } from '../errors.js';
import type { StoredDirectory } from '../fetch/open.js';
import { formatBytes, formatThings } from '../fs/size.js';
import { type Findings, UNCHECKED } from './findings.js';

/**
 * Compares what lies in object storage with its checksums: the manifests, and with `deep` every other file, which is fetched for that,
 * whatever is in the cache.
 *
 * @returns the directory with those shards that were fetched and may be read on
 * @throws {DatasetError} `STORAGE`, `DISK`, `DISK_FULL`, and the signal's reason
 */
export async function checkStored(
  { there, access }: StoredDirectory,
  { deep }: { deep?: boolean | undefined },
  findings: Findings,
): Promise<DatasetDirectory> {
  const { files, checksums, shards } = there;
  for (const [file, expected] of checksums ?? []) {
    const found = access.checksumOf(file);
    if (found !== undefined && found !== expected)
      findings.add(
        file,
        fault('FILE_CHECKSUM', `${file} has another checksum than the one stored`, { expected, found }),
      );
  }
  const named = checksums ?? new Set(shards.flatMap((shard) => [...shard.files.values()]));
  const wanted = [...named.keys()].filter((file) => files.has(file) && access.checksumOf(file) === undefined);
  if (!files.has(CHECKSUMS_FILE)) findings.skip(UNCHECKED.checksums, WITHOUT_CHECKSUMS);
  if (deep !== true) {
    const bytes = wanted.reduce((sum, file) => sum + (files.get(file) ?? 0), 0);
    const what = `${formatThings(wanted.length, 'file')}, ${formatBytes(bytes)}`;
    if (files.has(CHECKSUMS_FILE) && wanted.length > 0)
      findings.skip(UNCHECKED.checksums, `${what}: --deep fetches them; their sizes are as listed`);
    return there;
  }
  const faulty = await access.fetchAnew(wanted);
  for (const [file, error] of faulty) findings.add(file, error);
  const isFetched = (file: string): boolean => wanted.includes(file) && !faulty.has(file);
  return {
    ...there,
    shards: shards.map((shard) => ({
      ...shard,
      files: new Map([...shard.files].filter(([, file]) => isFetched(file))),
    })),
  };
}

const WITHOUT_CHECKSUMS = `there is no ${CHECKSUMS_FILE}, which TFDS does not write; with --deep their content is checked by what else is known`;
