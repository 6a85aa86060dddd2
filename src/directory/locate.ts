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

/**
 * The directory of a data set: that of a name below `dataDir`, or the one that `where` is, or its newest version where it
 * holds versions.
 *
 * @throws {DatasetError} `NO_DATASET`, `USAGE`, `DISK`
 */
export async function locateDataset(where: string, dataDir: string | undefined): Promise<string> {
  if (dataDir === undefined) return inFolder(expandHome(where), undefined);
  const [, name, config, version] = NAME.exec(where) ?? [];
  if (name === undefined)
    throw new DatasetError('USAGE', `${where} is not the name of a data set`, {
      expected: 'such as mnist, mnist:3.0.1 or emnist/letters',
      found: where,
      next: 'Give a name, or a directory without dataDir.',
    });
  const folder = join(expandHome(dataDir), name);
  return inFolder(config === undefined ? folder : join(folder, config), version);
}

async function inFolder(folder: string, version: string | undefined): Promise<string> {
  if (version === undefined && isDataset(folder)) return folder;
  const folders = await foldersIn(folder);
  const versions = folders.filter((name) => VERSION.test(name)).sort(compareVersions);
  const newest = versions.filter((name) => version === undefined || matches(name, version)).at(-1);
  if (newest !== undefined) return join(folder, newest);
  const config = versions.length === 0 ? await defaultConfig(folder) : undefined;
  if (config !== undefined && folders.includes(config)) return inFolder(join(folder, config), version);
  const isThere = version === undefined ? folders : versions;
  throw new DatasetError(
    'NO_DATASET',
    `there is no data set in ${folder}${version === undefined ? '' : ` of the version ${version}`}`,
    {
      expected: `${DATASET_INFO_FILE}, or a folder of a version`,
      found: isThere.filter((name) => !name.startsWith('.')).join(', ') || 'nothing',
      next: 'Check the name or the path, or prepare the data set first.',
    },
  );
}

/** Half a data set counts: what is missing of it is told when it is read. */
function isDataset(folder: string): boolean {
  return [DATASET_INFO_FILE, FEATURES_FILE].some((file) => existsSync(join(folder, file)));
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  } catch (error) {
    throw directoryFault(error, folder);
  }
}

/** What TFDS keeps beside the configs of a data set. */
async function defaultConfig(folder: string): Promise<string | undefined> {
  const path = join(folder, '.config', 'metadata.json');
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  const text = isFile ? await readFile(path, 'utf8').catch(() => '') : '';
  return /"default_config_name": "([\w+\-.]+)"/.exec(text)?.[1];
}

/** Whether a version is the one that is asked for, in which a star stands for any number. */
function matches(version: string, asked: string): boolean {
  const parts = asked.split('.');
  return version.split('.').every((part, at) => parts[at] === '*' || parts[at] === part);
}
