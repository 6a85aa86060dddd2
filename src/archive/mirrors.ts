import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { ArchiveFolder } from './archive-folder.js';
import { isObjectUrl } from './object-url.js';

/** What `--archives` names: a folder, or a URL, which is asked in the place of the mirrors. */
export function archivesAt(archives: string | undefined): ArchiveFolder | string | undefined {
  if (archives === undefined || /^(https?|s3):\/\//i.test(archives)) return archives;
  return new ArchiveFolder(archives);
}

/**
 * The URLs that an archive may be had from, in the order in which they are tried.
 *
 * @param archives a URL that is given in the place of the mirrors. As in a folder, what lies in one of the data set's name comes first, since
 *   MNIST and its family give their archives the same names
 */
export function urlsOf(
  { name, mirrors }: Pick<DatasetDefinition, 'name' | 'mirrors'>,
  { file }: Pick<ArchiveDefinition, 'file'>,
  archives?: string,
): string[] {
  const given = archives?.replace(/\/+$/, '');
  const places = given === undefined ? mirrors : [`${given}/${name}/`, `${given}/`];
  // A key of an object is not encoded as the path of a URL is.
  return places.map((place) => (isObjectUrl(place) ? place + file : new URL(file, place).href));
}
