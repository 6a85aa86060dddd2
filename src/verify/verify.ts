import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isOfCatalog } from '../catalog/folder.js';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinition } from '../dataset/registry.js';
import { DatasetError } from '../errors.js';
import { CHECKSUMS_FILE } from '../manifest/checksums.js';
import { DATASET_INFO_FILE } from '../manifest/dataset-info.js';
import { orderOfRows } from '../plan/order.js';
import { loadDecompressors } from '../published/decompressors.js';
import { directoryFault, fault } from '../published/faults.js';
import type { PublishedInfo, PublishedSplit } from '../published/manifest.js';
import { kindOf } from '../published/regular-file.js';
import type { FormatName } from '../shard/formats.js';
import { checkChecksums } from './check-checksums.js';
import { checkShard } from './check-shard.js';
import { type Fault, Findings, type Unchecked } from './findings.js';
import type { PublishedShard } from './inventory.js';
import { checkManifestBytes, checkSizes, type Manifests, readManifests } from './manifests.js';
import { checkBytes } from './rewrite.js';
import { SplitSources } from './sources.js';

/** How a data set is to be verified. */
export interface VerifyOptions {
  /** Read and decode everything, beside checking checksums and manifests. */
  deep?: boolean | undefined;
  /** A folder that holds the archives; without it they are compared with where they are in the cache. */
  archives?: string | undefined;
  cacheDir: string;
  /** Definitions beside those that the project brings, and before them. */
  definitions?: readonly DatasetDefinition[] | undefined;
  /** Leave `SHA256SUMS` aside: what is found then is found without it. */
  withoutChecksums?: boolean | undefined;
}

/** What a verification came to. */
export interface Verified {
  directory: string;
  /** Name of the data set, with its config, and its version; `undefined` where the manifest cannot be read. */
  name: string | undefined;
  version: string | undefined;
  files: number;
  bytes: number;
  rows: number;
  formats: readonly FormatName[];
  /** The first faults; `total` counts all. */
  faults: readonly Fault[];
  total: number;
  /** What could not be checked, and why. */
  unchecked: readonly Unchecked[];
}

/**
 * Verifies one data set in its directory. Faults are told in the result; what is thrown kept it from being looked at.
 *
 * @throws {DatasetError} `NO_DATASET`, `DISK`
 */
export async function verifyDataset(directory: string, options: VerifyOptions): Promise<Verified> {
  const findings = new Findings();
  const files = await listFiles(directory, findings);
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(directory, file))).size;
  if (options.withoutChecksums !== true) await checkChecksums(directory, files, options, findings);
  const manifests = readManifests(directory, files, findings);
  if (manifests !== undefined) {
    await checkSizes(directory, manifests, findings);
    if (options.deep === true) await checkDeeply(directory, files, manifests, options, findings);
  }
  const info = manifests?.info;
  return {
    directory,
    name:
      info === undefined ? undefined : info.config === undefined ? info.name : `${info.name}/${info.config}`,
    version: info?.version,
    files: files.length,
    bytes,
    rows: info?.splits.reduce((sum, { rows }) => sum + rows, 0) ?? 0,
    formats: manifests?.formats ?? [],
    faults: findings.faults,
    total: findings.total,
    unchecked: findings.unchecked,
  };
}

async function listFiles(directory: string, findings: Findings): Promise<string[]> {
  try {
    const entries = (await readdir(directory)).sort();
    const files: string[] = [];
    for (const name of entries) {
      if (isOfCatalog(name)) continue;
      const kind = await kindAt(join(directory, name));
      if (kind === 'a file') files.push(name);
      else
        findings.add(
          name,
          fault('FILE_EXTRA', `${name} is no file`, { expected: 'files alone', found: kind }),
        );
    }
    if (files.length > 0) return files;
  } catch (error) {
    throw directoryFault(error, directory);
  }
  throw new DatasetError('NO_DATASET', `${directory} holds no data set`, {
    expected: `a directory with ${DATASET_INFO_FILE}`,
    found: 'no file',
    next: 'Prepare the data set first.',
  });
}

/** What lies at a path, in words; a link is what it leads to. */
async function kindAt(path: string): Promise<string> {
  const found = await stat(path).catch(async (error: unknown) => {
    if ((await lstat(path)).isSymbolicLink()) return undefined;
    throw error;
  });
  return found === undefined ? 'a symbolic link that leads to no file' : kindOf(found);
}

async function checkDeeply(
  directory: string,
  files: readonly string[],
  manifests: Manifests,
  options: VerifyOptions,
  findings: Findings,
): Promise<void> {
  const { info, formats } = manifests;
  const definition = await definitionOf(info, options.definitions ?? []);
  if (definition === undefined)
    findings.skip(
      'texts of the manifests, and rows against their archives',
      'no definition of the data set is known',
    );
  else if (files.includes(CHECKSUMS_FILE))
    await checkManifestBytes(directory, definition, manifests, findings);
  if (formats.length === 0) findings.skip('the rows', `shards of the format ${info.fileFormat} are not read`);
  else
    for (const split of info.splits)
      await checkSplit(directory, split, manifests, definition, options, findings);
}

/** The definition of a data set in this version: one that was given, or that the project brings. */
async function definitionOf(
  { name, config, version }: PublishedInfo,
  given: readonly DatasetDefinition[],
): Promise<DatasetDefinition | undefined> {
  const id = config === undefined ? name : `${name}/${config}`;
  const isMeant = (definition: DatasetDefinition | undefined): boolean =>
    definition !== undefined && definition.version === version && datasetId(definition) === id;
  const own = given.find(isMeant);
  if (own !== undefined) return own;
  const known = await loadDefinition(id).catch(() => undefined);
  return isMeant(known) ? known : undefined;
}

async function checkSplit(
  directory: string,
  split: PublishedSplit,
  { features, shards, classNames }: Manifests,
  definition: DatasetDefinition | undefined,
  options: VerifyOptions,
  findings: Findings,
): Promise<void> {
  const own = shards.filter((shard) => shard.split === split);
  if (!(await couldHold(directory, own, split.rows))) {
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the split ${split.name} cannot have as many rows as the manifest says`, {
        expected: 'a byte for each row at least',
        found: `${split.rows} rows`,
      }),
    );
    return;
  }
  const order = orderOfRows(split.name, split.rows);
  const decompressors = await loadDecompressors();
  const sources = await findSources(split, definition, options, findings);
  const onRow = sources === undefined ? undefined : sources.take.bind(sources);
  let serialized: number | undefined = 0;
  for (const shard of own) {
    const before = findings.total;
    const bytes = checkShard(shard, { directory, features, decompressors, order, findings, onRow });
    serialized = bytes === undefined || serialized === undefined ? undefined : serialized + bytes;
    const label = features.find(({ kind }) => kind === 'label');
    const names = label === undefined ? undefined : classNames.get(label.name);
    if (findings.total === before)
      await checkBytes(shard, { directory, features, classNames: names, order, decompressors, findings });
  }
  if (serialized !== undefined && serialized !== split.numBytes)
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the examples of ${split.name} have another size than numBytes says`, {
        expected: `${split.numBytes} bytes`,
        found: `${serialized} bytes`,
      }),
    );
  await sources?.compare(findings);
}

/** Whether shards are large enough for so many rows; before memory is taken for each of them. */
async function couldHold(
  directory: string,
  shards: readonly PublishedShard[],
  rows: number,
): Promise<boolean> {
  let bytes = 0;
  for (const file of shards.flatMap(({ files }) => [...files.values()]))
    bytes += (await stat(join(directory, file))).size;
  return rows <= bytes;
}

async function findSources(
  { name, rows }: PublishedSplit,
  definition: DatasetDefinition | undefined,
  options: VerifyOptions,
  findings: Findings,
): Promise<SplitSources | undefined> {
  const split = definition?.splits.find((one) => one.name === name);
  if (definition === undefined) return undefined;
  if (split === undefined || split.rows !== rows) {
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the split ${name} is not the one of the definition`, {
        expected:
          split === undefined ? definition.splits.map((one) => one.name).join(', ') : `${split.rows} rows`,
        found: split === undefined ? name : `${rows} rows`,
      }),
    );
    return undefined;
  }
  const sources = await SplitSources.find(definition, split, options);
  if (sources === undefined)
    findings.skip(
      `the split ${name} against its archives`,
      'they are not in the cache; --archives says where they are',
    );
  return sources;
}
