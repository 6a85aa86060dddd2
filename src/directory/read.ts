import { basename, resolve } from 'node:path';
import type * as v from 'valibot';
import { asDatasetError, fault } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import type { RowKeys } from '../plan/row-keys.js';
import { classNamesIn } from './class-names.js';
import { type Entries, entriesOf, missing } from './entries.js';
import { extraFaults } from './extra.js';
import type { FileFault } from './faults.js';
import { featuresOf, featuresSchema, featuresWriter, type PublishedFeature } from './features.js';
import { type FileAccess, LocalAccess } from './file-access.js';
import { infoOf, infoSchema, isOfOldestForm, type PublishedInfo } from './info.js';
import { parseJson, parseWith } from './json-file.js';
import { CHECKSUMS_FILE, checksumsIn } from './manifest/checksums.js';
import { DATASET_INFO_FILE } from './manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from './manifest/features.js';
import { ROW_KEYS_FILE, rowKeysIn } from './manifest/row-keys.js';
import { type PublishedShard, takeInventory } from './shards.js';

/** What stands in the directory of a data set, whoever prepared it and whatever became of it since. */
export interface DatasetDirectory {
  /** The directory as messages tell of it: a path, or `s3://...`. */
  path: string;
  access: FileAccess;
  /** Bytes of each file, by name, in the order of names. The catalog is no part of the data set. */
  files: ReadonlyMap<string, number>;
  /** What `dataset_info.json` tells, where it can be read, and as it stands there. */
  info: PublishedInfo | undefined;
  manifest: unknown;
  /** What `features.json` tells, where it can be read. */
  features: readonly PublishedFeature[] | undefined;
  /** Names of the classes, by the feature that they are of, as far as there are names. */
  classNames: ReadonlyMap<string, readonly string[]>;
  /** How the keys of rows are made, by split, where a file tells. */
  rowKeys: ReadonlyMap<string, RowKeys>;
  /** SHA-256 by file, where there is a `SHA256SUMS` that can be read. */
  checksums: ReadonlyMap<string, string> | undefined;
  /** The shards that the manifest tells of, split after split. */
  shards: readonly PublishedShard[];
  /** The formats that each of them is there in. */
  formats: readonly FormatName[];
  /** Who writes such files, in words. */
  writer: string;
  /** What is missing, cannot be read, does not fit, or, with the code `FILE_EXTRA`, does not belong there. */
  faults: readonly FileFault[];
}

/** The `writer` of what this project prepares. */
export const OWN_WRITER = 'idx-shards';

/**
 * Reads what a directory says of itself: names and sizes of files, manifests, checksums. No shard is opened.
 *
 * @throws {DatasetError} `NO_DATASET` where there is no directory, `DISK`
 */
export async function readDirectory(path: string, options: ReadOptions = {}): Promise<DatasetDirectory> {
  return readFiles(new LocalAccess(path), await entriesOf(path), basename(resolve(path)), options);
}

/** What is looked at. */
export interface ReadOptions {
  /** Whether `SHA256SUMS` is (default: yes). */
  checksums?: boolean | undefined;
}

/**
 * {@link readDirectory} of files that lie anywhere.
 *
 * @param folder the directory's own name, which may be that of a version
 * @throws {DatasetError} `DISK`
 */
export function readFiles(
  access: FileAccess,
  entries: Entries,
  folder: string,
  { checksums: withChecksums = true }: ReadOptions = {},
): DatasetDirectory {
  const reading = new Reading(access, entries, folder);
  const { files } = reading.entries;
  const { value: info, json: manifest } = reading.manifest(DATASET_INFO_FILE, infoSchema, infoOf);
  const isOurs = reading.has(CHECKSUMS_FILE);
  // Up to 3.2.1 TFDS wrote no features.json, and today reads what it left by the code that it has for the name.
  const isOldest = !isOurs && !reading.has(FEATURES_FILE) && info !== undefined && isOfOldestForm(manifest);
  const features = isOldest
    ? { value: undefined, json: undefined }
    : reading.manifest(FEATURES_FILE, featuresSchema, featuresOf);
  if (info !== undefined) reading.checkIdentity(info, features.value ?? []);
  const classNames = reading.classNames(features.value ?? []);
  const rowKeys = reading.take(ROW_KEYS_FILE, rowKeysIn) ?? new Map<string, RowKeys>();
  const checksums = withChecksums ? reading.take(CHECKSUMS_FILE, checksumsIn) : undefined;
  const inventory = info && takeInventory(info, reading.entries, checksums);
  reading.faults.push(...(inventory?.faults ?? []));
  // TFDS has no Arrow, and other names for its Parquet.
  const hasColumns =
    inventory?.shards.some(({ files: own }) => own.has('arrow') || own.has('parquet')) === true;
  reading.checkNames(checksums ?? new Map());
  reading.faults.push(
    ...extraFaults(reading.entries, { info, inventory, features: features.value, checksums }),
  );
  return {
    path: access.where,
    access,
    files,
    info,
    manifest,
    features: features.value,
    classNames,
    rowKeys,
    checksums,
    shards: inventory?.shards ?? [],
    formats: inventory?.formats ?? [],
    writer: isOurs || hasColumns ? OWN_WRITER : isOldest ? 'TFDS 3.2.1 or older' : featuresWriter(features),
    faults: reading.faults,
  };
}

/** The files of a directory while they are read, and what is wrong with them. */
class Reading {
  readonly entries: Entries;
  readonly faults: FileFault[] = [];
  readonly #access: FileAccess;
  readonly #folder: string;

  constructor(access: FileAccess, entries: Entries, folder: string) {
    this.#access = access;
    this.entries = entries;
    this.#folder = folder;
  }

  /** Whether something of this name is there, a file or not. */
  has(name: string): boolean {
    return this.entries.files.has(name) || this.entries.others.has(name);
  }

  /** What a file says, where there is one that can be read. */
  take<T>(file: string, parse: (text: string, file: string) => T): T | undefined {
    if (!this.has(file)) return undefined;
    if (!this.entries.files.has(file)) {
      this.faults.push(missing(file, this.entries));
      return undefined;
    }
    try {
      return parse(this.#access.textOf(file), file);
    } catch (error) {
      this.faults.push({ file, error: asDatasetError(error) });
      return undefined;
    }
  }

  /** What a manifest says, which must be there, and its JSON as it stands. */
  manifest<S extends v.GenericSchema, T>(
    file: string,
    schema: S,
    make: (value: v.InferOutput<S>) => T,
  ): { value: T | undefined; json: unknown } {
    if (!this.has(file)) this.faults.push(missing(file, this.entries));
    let json: unknown;
    const value = this.take(file, (text) => {
      json = parseJson(text, file);
      return make(parseWith(schema, json, file));
    });
    return { value, json };
  }

  /** A data set lies in a directory of its version, and its supervised keys are features. */
  checkIdentity({ version, supervisedKeys }: PublishedInfo, features: readonly PublishedFeature[]): void {
    const folder = this.#folder;
    if (/^\d+\.\d+\.\d+$/.test(folder) && folder !== version)
      this.#invalid(DATASET_INFO_FILE, 'tells of another version than its directory', folder, version);
    const names = features.map(({ name }) => name);
    for (const key of names.length === 0 ? [] : supervisedKeys.flat())
      if (!names.includes(key))
        this.#invalid(
          DATASET_INFO_FILE,
          `names a feature that ${FEATURES_FILE} does not have`,
          names.join(', '),
          key,
        );
  }

  /** The class names of each feature that has some, which must be as many as its classes. */
  classNames(features: readonly PublishedFeature[]): Map<string, readonly string[]> {
    const classNames = new Map<string, readonly string[]>();
    for (const feature of features) {
      const file = labelsFileName(feature.name);
      const names = this.take(file, classNamesIn);
      if (names === undefined) continue;
      classNames.set(feature.name, names);
      if (feature.kind === 'label' && feature.classes !== names.length)
        this.#invalid(
          file,
          'has another number of names than there are classes',
          `${feature.classes} names`,
          `${names.length}`,
        );
    }
    return classNames;
  }

  /** Every file that the checksums name is there. */
  checkNames(checksums: ReadonlyMap<string, string>): void {
    const told = new Set(this.faults.map(({ file }) => file));
    for (const file of checksums.keys())
      if (!this.entries.files.has(file) && !told.has(file)) this.faults.push(missing(file, this.entries));
  }

  #invalid(file: string, message: string, expected: string, found: string): void {
    this.faults.push({ file, error: fault('MANIFEST_INVALID', `${file} ${message}`, { expected, found }) });
  }
}
