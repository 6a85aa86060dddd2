import { writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { DatasetDefinition } from '../dataset/definition.js';
import { archiveName, type OwnDataset } from '../define/own-definition.js';
import { arrayFile } from '../define/scan-archive.js';
import { partsOfFiles } from '../define/scan-split.js';
import { asDiskError, codeOf, DatasetError } from '../errors.js';
import { packageRoot } from '../fs/package-root.js';
import { type CliCommand, usage } from './command.js';
import {
  addOwnDataOptions,
  OWN_DATA_HELP,
  OWN_DATA_VERSION,
  type OwnData,
  type OwnDataWords,
  ownDataset,
} from './own-data.js';
import { resolveOwn } from './resolve-own.js';
import { scanOwn } from './scan-own.js';
import { takeSplits } from './split-words.js';

const HELP = `${OWN_DATA_HELP}
Examples:
  $ idx-shards define --name letters --train images.gz labels.gz --out letters.json
  $ idx-shards prepare --definition letters.json --out ./data      prepares it, from the files beside letters.json
  $ idx-shards define --name letters --split val images.gz labels.gz > letters.json
  $ idx-shards define --name letters --train 'images-*.npy' 'labels-*.npy' --out letters.json

Exit codes: 0 done, 2 usage, 4 integrity, 5 disk.
`;

/** What the command line of `define` says. */
export interface DefineArguments {
  own: OwnData;
  /** Where the definition goes; without it, to stdout. */
  out?: string | undefined;
}

/** Defines data: the definition on stdout or in a file, what was found on stderr. */
export const defineCommand: CliCommand = {
  declare(command) {
    command.option('--out <file>', 'a new file for the definition (default: to stdout)');
    addOwnDataOptions(command, []);
  },
  version: OWN_DATA_VERSION,
  help: HELP,
  run: (command, words) => define(readDefineWords(command, words)),
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readDefineWords(command: Command, words: readonly string[]): DefineArguments {
  const { splits, rest } = takeSplits(words);
  const { out, ...described } = command.parse(rest, { from: 'user' }).opts<OwnDataWords & { out?: string }>();
  const own = ownDataset(described, splits);
  if (own === undefined) throw usage('--name is missing: what shall your data be called?');
  if (out === '') throw usage('--out is empty: name a file, or leave it out');
  return { own, out };
}

async function define({ own: described, out }: DefineArguments): Promise<void> {
  const own = await resolveOwn(described, {});
  expectNames(own);
  const { definition, archivePaths } = await scanOwn(own, {});
  if (definition.label !== undefined) {
    const { classes, classNames } = definition.label;
    process.stderr.write(
      `${classes} classes, ${classNames === undefined ? 'counted from the labels' : 'as named'}\n`,
    );
  }
  const text = definitionText(definition, out === undefined ? '.' : dirname(out));
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  await writeNew(out, text);
  process.stderr.write(`wrote ${out}\n`);
  const elsewhere = [...archivePaths.values()].filter(
    (path) => resolve(dirname(path)) !== resolve(dirname(out)),
  );
  if (elsewhere.length > 0)
    process.stderr.write(
      `not beside it: ${few(elsewhere)}; move them there, or give prepare their folder with --archives\n`,
    );
}

/** The first of some paths, which may be hundreds. */
function few(paths: readonly string[]): string {
  return paths.length <= 4
    ? paths.join(', ')
    : `${paths.slice(0, 3).join(', ')}, ... (${paths.length} files)`;
}

/** A definition knows its archives by their file names alone, in one folder. */
function expectNames({ splits }: OwnDataset): void {
  const paths = new Map<string, string>();
  const places = splits.flatMap(partsOfFiles).flatMap(({ images, labels }) => [images, labels ?? []].flat());
  for (const path of places.map((place) => arrayFile(place).path)) {
    const file = basename(path);
    const other = paths.get(file);
    paths.set(file, resolve(path));
    const next = 'Rename the file, or prepare it without a definition.';
    if (archiveName(path) !== file)
      throw new DatasetError('USAGE', `${path} has a name that a definition cannot give`, {
        expected: 'letters, digits, _, ., - and single words with spaces between alone',
        found: file,
        next,
      });
    if (other !== undefined && other !== resolve(path))
      throw new DatasetError('USAGE', `two files have the name ${file}`, {
        expected: 'files that can lie in one folder, which is where a definition has them',
        found: `${other}, ${resolve(path)}`,
        next,
      });
  }
}

function definitionText(definition: DatasetDefinition, folder: string): string {
  const $schema = schemaReference(resolve(folder), fileURLToPath(packageRoot));
  return `${JSON.stringify({ ...($schema === undefined ? {} : { $schema }), ...definition }, null, 2)}\n`;
}

/**
 * How a definition in a folder names its schema, by which editors complete it: relative, where the package or the project
 * that has it installed holds the folder. A path to anywhere else would be right on this machine alone.
 *
 * @param folder absolute
 * @param packageFolder absolute
 */
export function schemaReference(folder: string, packageFolder: string): string | undefined {
  const installed = packageFolder.lastIndexOf(`${sep}node_modules${sep}`);
  const project = resolve(installed === -1 ? packageFolder : packageFolder.slice(0, installed));
  if (folder !== project && !folder.startsWith(project + sep)) return undefined;
  const path = relative(folder, resolve(packageFolder, 'config', 'schema', 'definition.schema.json'));
  return path.startsWith('.') ? path.replaceAll(sep, '/') : `./${path.replaceAll(sep, '/')}`;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      throw new DatasetError('OUTPUT_OCCUPIED', `${path} is there already`, {
        expected: 'a new file',
        found: 'a file or folder',
        next: 'Delete it, or choose another --out.',
      });
    }
    throw asDiskError(error, `writing the definition ${path}`);
  }
}
