import { idOf } from './info.js';
import { FEATURES_FILE } from './manifest/features.js';
import type { DatasetDirectory } from './read.js';

/**
 * Whether a directory is a whole data set: every file that its manifests and its checksums name is there, TFRecord shards at their
 * full length, and its features are known. Files of something else beside it are no fault of the data set.
 */
export function isWhole({ info, features, faults }: DatasetDirectory): boolean {
  return (
    info !== undefined && features !== undefined && faults.every(({ error }) => error.code === 'FILE_EXTRA')
  );
}

/** What stands in a directory, in words, as far as it is known. */
export function directoryText({ info, features, writer, files, faults }: DatasetDirectory): string {
  const extra = faults.filter(({ error }) => error.code === 'FILE_EXTRA').map(({ file }) => file);
  const isForeign = info === undefined && [...files.keys()].every((file) => extra.includes(file));
  if (isForeign) return `files that belong to no data set: ${some(extra)}`;
  const [first, ...more] = faults.filter(({ error }) => error.code !== 'FILE_EXTRA');
  const rest = more.length === 0 ? '' : `, and ${more.length} more of the kind`;
  return [
    info === undefined ? 'parts of a data set' : `${idOf(info)} ${info.version} as ${writer} writes it`,
    ...(first === undefined ? [] : [`of which ${first.error.message}${rest}`]),
    ...(first === undefined && features === undefined ? [`without ${FEATURES_FILE}`] : []),
    ...(extra.length === 0 ? [] : [`beside files that are not its own: ${some(extra)}`]),
  ].join(', ');
}

const SHOWN = 5;

function some(files: readonly string[]): string {
  const more = files.length <= SHOWN ? '' : ` and ${files.length - SHOWN} more`;
  return files.slice(0, SHOWN).join(', ') + more;
}
