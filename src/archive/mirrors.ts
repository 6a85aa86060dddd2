import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { isS3Url } from '../storage/s3-url.js';
import { ArchiveFolder } from './archive-folder.js';

/**
 * What `--archives` names: a folder, or a URL, which is asked in the place of the mirrors.
 *
 * @throws {DatasetError} `USAGE` of a URL with a name or a password, which every message about an archive would tell
 */
export function archivesAt(archives: string | undefined): ArchiveFolder | string | undefined {
  if (archives === undefined) return undefined;
  if (!/^(https?|s3):\/\//i.test(archives)) return new ArchiveFolder(archives);
  if (!/^[^/]*\/\/[^/]*@/.test(archives)) return archives;
  throw new DatasetError('USAGE', 'the URL of the archives holds a name or a password before an @', {
    expected: 'a URL without them: they would be seen in logs',
    next: 'Download the archives in another way, and name their folder with --archives.',
  });
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
  return places.map((place) => (isS3Url(place) ? place + file : new URL(file, place).href));
}
