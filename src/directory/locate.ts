import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatasetError } from '../errors.js';
import { expandHome } from '../fs/home-path.js';
import { directoryFault } from './faults.js';
import { DATASET_INFO_FILE } from './manifest/dataset-info.js';
import { FEATURES_FILE } from './manifest/features.js';
import { compareVersions } from './version.js';

/** A name as TFDS has it: `mnist`, `mnist:3.0.1`, `emnist/letters`, `emnist/letters:3.*.*`. */
const NAME = /^([a-zA-Z]\w*)(?:\/([\w+\-.]+))?(?::((?:\d+|\*)\.(?:\d+|\*)\.(?:\d+|\*)))?$/;
const VERSION = /^\d+\.\d+\.\d+$/;

/** Folders that data sets lie in, on a disk or elsewhere. */
export interface DatasetFolders {
  /** Whether a data set lies in a folder itself. */
  isDataset(folder: string): boolean;
  /** Names of the folders in a folder. @throws {DatasetError} `NO_DATASET` where that is none, `DISK` */
  foldersIn(folder: string): Promise<string[]>;
  /** A small text below a folder, where there is one. */
  textIn(folder: string, ...names: string[]): Promise<string | undefined>;
  /** The folder of this name in a folder. */
  below(folder: string, name: string): string;
  /** A folder as messages tell of it. */
  nameOf(folder: string): string;
}

/** A data set that was asked for by its name, or by its directory. */
export interface WantedDataset {
  /** Below the folder of all data sets, as TFDS has them: `['emnist', 'letters']`; empty where a directory was named. */
  names: readonly string[];
  /** Which version, where that was said. */
  version: string | undefined;
}

/**
 * The directory of a data set: that of a name below `dataDir`, or the one that `where` is, or its newest version where it
 * holds versions.
 *
 * @throws {DatasetError} `NO_DATASET`, `USAGE`, `DISK`
 */
export async function locateDataset(where: string, dataDir: string | undefined): Promise<string> {
  return locateIn(onDisk, expandHome(dataDir ?? where), wantedDataset(where, dataDir));
}

/**
 * What was asked for.
 *
 * @throws {DatasetError} `USAGE` where `where` is not the name of a data set, and has to be one
 */
export function wantedDataset(where: string, dataDir: string | undefined): WantedDataset {
  if (dataDir === undefined) return { names: [], version: undefined };
  const [, name, config, version] = NAME.exec(where) ?? [];
  if (name === undefined)
    throw new DatasetError('USAGE', `${where} is not the name of a data set`, {
      expected: 'such as mnist, mnist:3.0.1 or emnist/letters',
      found: where,
      next: 'Give a name, or a directory without dataDir.',
    });
  return { names: config === undefined ? [name] : [name, config], version };
}

/**
 * {@link locateDataset} in any folders.
 *
 * @param folder where the names begin
 * @throws {DatasetError} `NO_DATASET`, `DISK`
 */
export async function locateIn(
  folders: DatasetFolders,
  folder: string,
  { names, version }: WantedDataset,
): Promise<string> {
  const there = names.reduce((at, name) => folders.below(at, name), folder);
  return inFolder(folders, there, version);
}

async function inFolder(
  folders: DatasetFolders,
  folder: string,
  version: string | undefined,
): Promise<string> {
  if (version === undefined && folders.isDataset(folder)) return folder;
  const names = await folders.foldersIn(folder);
  const versions = names.filter((name) => VERSION.test(name)).sort(compareVersions);
  const newest = versions.filter((name) => version === undefined || matches(name, version)).at(-1);
  if (newest !== undefined) return folders.below(folder, newest);
  const config = versions.length === 0 ? await defaultConfig(folders, folder) : undefined;
  if (config !== undefined && names.includes(config))
    return inFolder(folders, folders.below(folder, config), version);
  const isThere = version === undefined ? names : versions;
  const where = folders.nameOf(folder);
  throw new DatasetError(
    'NO_DATASET',
    `there is no data set in ${where}${version === undefined ? '' : ` of the version ${version}`}`,
    {
      expected: `${DATASET_INFO_FILE}, or a folder of a version`,
      found: isThere.filter((name) => !name.startsWith('.')).join(', ') || 'nothing',
      next: 'Check the name or the path, or prepare the data set first.',
    },
  );
}

const onDisk: DatasetFolders = {
  // Half a data set counts: what is missing of it is told when it is read.
  isDataset: (folder) => [DATASET_INFO_FILE, FEATURES_FILE].some((file) => existsSync(join(folder, file))),
  async foldersIn(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
    } catch (error) {
      throw directoryFault(error, folder);
    }
  },
  async textIn(folder, ...names) {
    const path = join(folder, ...names);
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    return isFile ? readFile(path, 'utf8').catch(() => undefined) : undefined;
  },
  below: (folder, name) => join(folder, name),
  nameOf: (folder) => folder,
};

/** What TFDS keeps beside the configs of a data set. */
async function defaultConfig(folders: DatasetFolders, folder: string): Promise<string | undefined> {
  const text = await folders.textIn(folder, '.config', 'metadata.json');
  return /"default_config_name": "([\w+\-.]+)"/.exec(text ?? '')?.[1];
}

/** Whether a version is the one that is asked for, in which a star stands for any number. */
function matches(version: string, asked: string): boolean {
  const parts = asked.split('.');
  return version.split('.').every((part, at) => parts[at] === '*' || parts[at] === part);
}
