import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import { FRAMING_BYTES } from '../encode/record.js';
import { DATASET_INFO_FILE, datasetInfoJson } from '../manifest/dataset-info.js';
import { FEATURES_FILE, featuresJson, labelsFileName, labelsText } from '../manifest/features.js';
import { fault } from '../published/faults.js';
import {
  type PublishedFeature,
  type PublishedInfo,
  readFeatures,
  readInfo,
  readLabels,
} from '../published/manifest.js';
import type { FormatName } from '../shard/formats.js';
import type { Findings } from './findings.js';
import { missing, type PublishedShard, takeInventory } from './inventory.js';

/** What the manifests of a data set say, once they are read. */
export interface Manifests {
  info: PublishedInfo;
  features: readonly PublishedFeature[];
  shards: readonly PublishedShard[];
  formats: readonly FormatName[];
  classNames: ReadonlyMap<string, readonly string[]>;
}

/** Reads the manifests, compares them with each other and with the names of the files; `undefined` where they cannot be read. */
export function readManifests(
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
  checkIdentity(directory, info, features, findings);
  const classNames = readClassNames(directory, features, files, findings);
  const shards = takeInventory(info, features, files, findings);
  const formats = [...new Set(shards.flatMap((shard) => [...shard.files.keys()]))];
  return { info, features, shards, formats, classNames };
}

/** A data set lies in a directory of its version, and its supervised keys are features. */
function checkIdentity(
  directory: string,
  { version, supervisedKeys }: PublishedInfo,
  features: readonly PublishedFeature[],
  findings: Findings,
): void {
  const folder = basename(resolve(directory));
  if (/^\d+\.\d+\.\d+$/.test(folder) && folder !== version)
    findings.add(
      DATASET_INFO_FILE,
      fault('MANIFEST_INVALID', `${DATASET_INFO_FILE} tells of another version than its directory`, {
        expected: folder,
        found: version,
      }),
    );
  for (const key of supervisedKeys)
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
}

/** The class names of each feature that has some, which must be as many as its classes. */
function readClassNames(
  directory: string,
  features: readonly PublishedFeature[],
  files: readonly string[],
  findings: Findings,
): Map<string, readonly string[]> {
  const classNames = new Map<string, readonly string[]>();
  for (const feature of features) {
    if (feature.kind !== 'label') continue;
    const file = labelsFileName(feature.name);
    try {
      const names = readLabels(directory, feature.name, files);
      if (names === undefined) continue;
      classNames.set(feature.name, names);
      if (names.length === feature.classes) continue;
      throw fault('MANIFEST_INVALID', `${file} has another number of names than there are classes`, {
        expected: `${feature.classes} names`,
        found: String(names.length),
      });
    } catch (error) {
      findings.add(file, error);
    }
  }
  return classNames;
}

/** TFRecord files hold the serialized examples and their framing, and nothing else. */
export async function checkSizes(
  directory: string,
  { info, shards }: Manifests,
  findings: Findings,
): Promise<void> {
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

/** Manifests follow from the definition and from what is in the shards, byte for byte. */
export async function checkManifestBytes(
  directory: string,
  definition: DatasetDefinition,
  { info, formats }: Manifests,
  findings: Findings,
): Promise<void> {
  const { name: label = '', classNames } = definition.label ?? {};
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
