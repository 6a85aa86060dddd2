import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '../archive/checksum.js';
import { type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinition } from '../dataset/registry.js';
import { FRAMING_BYTES } from '../encode/record.js';
import { asDiskError, DatasetError } from '../errors.js';
import { CHECKSUMS_FILE, checksumsOf } from '../manifest/checksums.js';
import { DATASET_INFO_FILE, datasetInfoJson } from '../manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from '../manifest/features.js';
import { orderOfRows } from '../plan/order.js';
import type { FormatName } from '../shard/formats.js';
import { checkShard } from './check-shard.js';
import { loadDecompressors } from './decompressors.js';
import { fault } from './faults.js';
import { type Fault, Findings, type Unchecked } from './findings.js';
import { missing, type PublishedShard, takeInventory } from './inventory.js';
import {
  type PublishedFeature,
  type PublishedInfo,
  type PublishedSplit,
  readFeatures,
  readInfo,
  readLabels,
} from './published.js';
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

/** What the manifests of a data set say, once they are read. */
interface Manifests {
  info: PublishedInfo;
  features: readonly PublishedFeature[];
  shards: readonly PublishedShard[];
  formats: readonly FormatName[];
  classNames: ReadonlyMap<string, readonly string[]>;
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
      if ((await stat(join(directory, name))).isFile()) files.push(name);
      else findings.add(name, fault('FILE_EXTRA', `${name} is no file`, { expected: 'files alone' }));
    }
    if (files.length > 0) return files;
  } catch (error) {
    throw asDiskError(error, `reading ${directory}`);
  }
  throw new DatasetError('NO_DATASET', `${directory} holds no data set`, {
    expected: `a directory with ${DATASET_INFO_FILE}`,
    found: 'no file',
    next: 'Prepare the data set first.',
  });
}

/** Compares every file with its checksum, and the names that there are with those of the checksums. */
async function checkChecksums(
  directory: string,
  files: readonly string[],
  { deep }: VerifyOptions,
  findings: Findings,
): Promise<void> {
  if (!files.includes(CHECKSUMS_FILE)) {
    const others = deep === true ? '' : '; with --deep their content is checked by what else is known';
    findings.skip(
      'the files by their checksums',
      `there is no ${CHECKSUMS_FILE}, which TFDS does not write${others}`,
    );
    return;
  }
  const checksums = checksumsOf(await readFile(join(directory, CHECKSUMS_FILE), 'utf8'));
  if (checksums === undefined) {
    findings.add(
      CHECKSUMS_FILE,
      fault(
        'MANIFEST_INVALID',
        `${CHECKSUMS_FILE} has a line of another form, or its last line is not ended`,
        {
          expected: '64 hexadecimal digits, two spaces, a file name',
        },
      ),
    );
    return;
  }
  for (const [file, expected] of checksums) {
    if (!files.includes(file)) {
      findings.add(file, missing(file));
      continue;
    }
    const found = await sha256OfFile(join(directory, file));
    if (found !== expected)
      findings.add(
        file,
        fault('FILE_CHECKSUM', `${file} has another checksum than the one stored`, { expected, found }),
      );
  }
  for (const file of files)
    if (file !== CHECKSUMS_FILE && !checksums.has(file))
      findings.add(
        file,
        fault('FILE_EXTRA', `${file} is not named in ${CHECKSUMS_FILE}`, {
          expected: 'the files that it names',
          found: file,
          next: 'Move it away, or prepare the data set again with --overwrite.',
        }),
      );
}

function readManifests(
  directory: string,
  files: readonly string[],
  findings: Findings,
): Manifests | undefined {
  const read = <T>(file: string, take: () => T): T | undefined => {
    try {
      if (files.includes(file)) return take();
      findings.add(file, missing(file));
    } catch (error) {
      findings.add(file, error);
    }
    return undefined;
  };
  const info = read(DATASET_INFO_FILE, () => readInfo(directory));
  const features = read(FEATURES_FILE, () => readFeatures(directory));
  if (info === undefined || features === undefined) return undefined;
  const classNames = new Map<string, readonly string[]>();
  for (const feature of features) {
    if (feature.kind !== 'label') continue;
    const file = labelsFileName(feature.name);
    try {
      const names = readLabels(directory, feature.name, files);
      if (names === undefined) continue;
      classNames.set(feature.name, names);
      if (names.length !== feature.classes)
        findings.add(
          file,
          fault('MANIFEST_INVALID', `${file} has another number of names than there are classes`, {
            expected: `${feature.classes} names`,
            found: String(names.length),
          }),
        );
    } catch (error) {
      findings.add(file, error);
    }
  }
  for (const key of info.supervisedKeys)
    if (!features.some(({ name }) => name === key))
      findings.add(
        DATASET_INFO_FILE,
        fault(
          'MANIFEST_INVALID',
          `${DATASET_INFO_FILE} names a feature that ${FEATURES_FILE} does not have`,
          {
            expected: features.map(({ name }) => name).join(', '),
            found: key,
          },
        ),
      );
  const shards = takeInventory(info, features, files, findings);
  const formats = [...new Set(shards.flatMap((shard) => [...shard.files.keys()]))];
  return { info, features, shards, formats, classNames };
}

/** TFRecord files hold the serialized examples and their framing, and nothing else. */
async function checkSizes(directory: string, { info, shards }: Manifests, findings: Findings): Promise<void> {
  for (const split of info.splits) {
    const files = shards.filter((shard) => shard.split === split).map((shard) => shard.files.get('tfrecord'));
    let bytes = 0;
    for (const file of files)
      bytes += file === undefined ? Number.NaN : (await stat(join(directory, file))).size;
    const expected = split.numBytes + FRAMING_BYTES * split.rows;
    if (Number.isNaN(bytes) || bytes === expected) continue;
    findings.add(
      files.join(', '),
      fault('FILE_BYTES', `the TFRecord shards of ${split.name} have another size than the manifest says`, {
        expected: `${expected} bytes: ${split.numBytes} and ${FRAMING_BYTES} for each of ${split.rows} rows`,
        found: `${bytes} bytes`,
      }),
    );
  }
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

/** Manifests follow from the definition and from what is in the shards, byte for byte. */
async function checkManifestBytes(
  directory: string,
  definition: DatasetDefinition,
  { info, formats }: Manifests,
  findings: Findings,
): Promise<void> {
  const { name: label, classNames } = definition.label;
  const expected = new Map([
    [DATASET_INFO_FILE, datasetInfoJson(definition, info.splits, formats)],
    [FEATURES_FILE, featuresJson(definition)],
    ...(classNames === undefined ? [] : [[labelsFileName(label), labelsText(classNames)] as const]),
  ]);
  for (const [file, text] of expected) {
    const found = await readFile(join(directory, file), 'utf8').catch(() => undefined);
    if (found === undefined && findings.of(file) === 0) findings.add(file, missing(file));
    if (found !== undefined && found !== text)
      findings.add(
        file,
        fault('MANIFEST_INVALID', `${file} is not what the definition makes`, differing(text, found)),
      );
  }
}

/** The first line in which two texts differ. */
function differing(expected: string, found: string): { expected: string; found: string } {
  const [lines, others] = [expected.split('\n'), found.split('\n')];
  const at = lines.findIndex((line, number) => line !== others[number]);
  const line = at === -1 ? lines.length : at;
  return {
    expected: (lines[line] ?? 'the end').trim(),
    found: (others[line] ?? 'the end').trim(),
  };
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
