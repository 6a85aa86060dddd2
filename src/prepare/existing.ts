import type { DatasetDefinition } from '../dataset/definition.js';
import { writeDefaultConfig } from '../directory/publish/default-config.js';
import { expectSame } from '../directory/publish/other-data.js';
import { lookAtTarget } from '../directory/publish/target.js';
import type { DatasetDirectory } from '../directory/read.js';
import { directoryText, isWhole } from '../directory/text.js';
import { DatasetError } from '../errors.js';
import type { FormatName } from '../formats/formats.js';
import type { RunSettings } from './options.js';

/** A data set that was there before a run, and was left alone. */
export interface ExistingDataset {
  state: 'existing';
  directory: string;
  formats: readonly FormatName[];
  /** Names of its files. */
  files: string[];
}

/**
 * The whole data set that is there already, and that this run is not to replace; `undefined` where there is nothing, or what
 * is to be replaced.
 *
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where something else stands in its place
 */
export async function wholeAt(
  directory: string,
  { overwrite, onEvent }: Pick<RunSettings, 'overwrite' | 'onEvent'>,
): Promise<DatasetDirectory | undefined> {
  const target = await lookAtTarget(directory);
  if (target === undefined) return undefined;
  const found = directoryText(target);
  if (overwrite === true) {
    onEvent({ event: 'replace', directory, found });
    return undefined;
  }
  if (isWhole(target)) return target;
  throw new DatasetError('OUTPUT_OCCUPIED', `${directory} is neither empty nor a whole data set`, {
    expected: 'no directory, an empty one, or the data set as it was prepared',
    found,
    next: 'Move the files away or choose another --out; --overwrite replaces all that is there.',
  });
}

/**
 * The result of a run that finds its data set there and complete.
 *
 * @param asked the formats that were asked for by name, and the folder that holds data sets
 * @throws {DatasetError} `OUTPUT_OCCUPIED` where it is another one, or lacks a format that was asked for
 */
export async function leaveAlone(
  definition: DatasetDefinition,
  target: DatasetDirectory,
  { out, formats: asked }: { out: string; formats: readonly FormatName[] },
): Promise<ExistingDataset> {
  const { path: directory, formats } = target;
  expectSame(definition, target, {
    formats: asked,
    next: {
      other: 'Choose another --out or another version, or replace what is there with --overwrite.',
      lacking:
        'Prepare it again with --overwrite and all the --formats that it is to have, or choose another --out.',
    },
  });
  // A run may have ended before it wrote this. Where it cannot be written, the data set is as good as it was before.
  await writeDefaultConfig(out, definition).catch(() => {});
  return { state: 'existing', directory, formats, files: [...target.files.keys()] };
}
