import { CHECKSUMS_FILE } from '../directory/manifest/checksums.js';
import { FEATURES_FILE } from '../directory/manifest/features.js';
import { expectSame } from '../directory/publish/other-data.js';
import type { DatasetDirectory } from '../directory/read.js';
import { DatasetError } from '../errors.js';
import { openWanted } from '../fetch/open.js';
import type { Storage } from '../storage/storage.js';
import type { JobSpec } from './job-spec.js';

/** What to do about a data set that is in the way of a job. */
const NEXT =
  'Choose another --out or another version, or remove what is there with the tools of the storage.';

/**
 * A data set that is done, as its manifests and the sizes of its files tell of it. No shard is fetched.
 *
 * @throws {DatasetError} of manifests that cannot be read or are damaged; `STORAGE`, `DISK`
 */
export function readDone(
  storage: Storage,
  { definition: { name, config, version } }: Pick<JobSpec, 'definition'>,
): Promise<DatasetDirectory> {
  return openWanted(storage, { names: [name, config?.name ?? []].flat(), version });
}

/**
 * {@link readDone}, which must be the data set of a spec.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where it is another one, lacks one of the spec's formats, or was not made by this tool; and as that
 */
export async function requireSame(storage: Storage, spec: JobSpec): Promise<DatasetDirectory> {
  const there = await readDone(storage, spec);
  for (const file of [FEATURES_FILE, CHECKSUMS_FILE]) expectFile(there, file);
  expectSame(spec.definition, there, { formats: spec.formats, next: { other: NEXT, lacking: NEXT } });
  return there;
}

function expectFile({ path, files, faults }: DatasetDirectory, file: string): void {
  const fault = faults.find((one) => one.file === file);
  if (files.has(file) && fault !== undefined) throw fault.error;
  if (files.has(file)) return;
  throw new DatasetError('OUTPUT_OCCUPIED', `${path} holds a data set without ${file}`, {
    expected: 'a data set of this tool',
    found: `no ${file}`,
    next: NEXT,
  });
}
