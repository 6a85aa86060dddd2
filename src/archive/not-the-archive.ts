import { stat } from 'node:fs/promises';
import { archivesOf, type DatasetDefinition, datasetId } from '../dataset/definition.js';
import { loadDefinitions } from '../dataset/registry.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import { fileHead } from '../fs/file-head.js';
import { sha256OnceOfFile } from './checksum.js';
import { HEAD_BYTES, isArray, isGzip, isXz, isZip, kindOf } from './file-kind.js';
import { type Digest, digestOfContent } from './unpack.js';

/** What differs between a file and the archive that it should be. */
export interface Difference {
  expected: string;
  found: string;
}

/** The size of a file that is not that of the archive. */
export function otherSize(bytes: number, archive: ArchiveDefinition): Difference {
  return { expected: `${archive.bytes} bytes`, found: `${bytes} bytes` };
}

/** The checksum of a file, or of what it holds, that is not the one that it should be. */
export function otherChecksum(sha256: string, expected: string): Difference {
  return { expected: `sha256 ${expected}`, found: `sha256 ${sha256}` };
}

/**
 * The error for a file in an archive's place, which says what it is where that can be found out.
 *
 * @param definition a data set whose archives it may be as well, beside those that the project brings
 */
export async function notTheArchive(
  code: 'ARCHIVE_SIZE' | 'ARCHIVE_CHECKSUM',
  path: string,
  { expected, found }: Difference,
  definition?: DatasetDefinition,
): Promise<DatasetError> {
  const what = await whatIs(path, definition).catch(() => undefined);
  const more = what === undefined ? '' : `: it ${what.text}`;
  return new DatasetError(code, `${path} is not the archive that the definition names${more}`, {
    expected,
    found,
    next: what?.next ?? 'Put the right file in its place.',
  });
}

/** What a file is, to follow the word "it", and what to do about it. */
export interface Verdict {
  text: string;
  next?: string | undefined;
}

/**
 * What a file is: one of the archives that are known, or of another kind, or damaged. `undefined` where nothing can be said.
 *
 * @throws {DatasetError} `DISK`
 */
export async function whatIs(
  path: string,
  definition: DatasetDefinition | undefined,
): Promise<Verdict | undefined> {
  const found = await stat(path);
  if (!found.isFile()) return undefined; // A pipe would be waited for without end.
  const { size } = found;
  const head = await fileHead(path, HEAD_BYTES);
  const known = await knownArchives(definition);
  try {
    const one = await knownAs(path, size, head, known);
    if (one !== undefined)
      return {
        text: `is ${one}`,
        next: 'Put the right file in its place, or name the folder that has it with --archives.',
      };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return { text: error.message.replace(`${path} `, ''), next: error.next };
  }
  if (isArray(head) || isGzip(head) || isXz(head) || isZip(head)) return undefined;
  const kind = kindOf(head);
  return kind && { text: `is ${kind.what}`, next: kind.next };
}

/** An archive, and how it is told of: `train-images-idx3-ubyte.gz of mnist`. */
interface KnownArchive {
  archive: ArchiveDefinition;
  text: string;
}

async function knownArchives(definition: DatasetDefinition | undefined): Promise<KnownArchive[]> {
  const definitions = [definition ?? [], await loadDefinitions('all')].flat();
  return definitions.flatMap((one) =>
    archivesOf(one).map((archive) => ({ archive, text: `${archive.file} of ${datasetId(one)}` })),
  );
}

/** Which of the archives a file is, or holds what it holds. */
async function knownAs(
  path: string,
  bytes: number,
  head: Uint8Array,
  known: readonly KnownArchive[],
): Promise<string | undefined> {
  const sizes = known.flatMap(({ archive }) => [archive.bytes, archive.content?.bytes ?? []].flat());
  if (sizes.includes(bytes)) {
    const found = { bytes, sha256: await sha256OnceOfFile(path) };
    const is = known.find(({ archive }) => isEqual(archive, found));
    if (is !== undefined) return is.text;
    const holds = known.find(({ archive }) => isEqual(archive.content, found));
    if (holds !== undefined) return `what ${holds.text} holds`;
  }
  if (!isGzip(head) && !isXz(head)) return undefined;
  const most = Math.max(...known.map(({ archive }) => archive.content?.bytes ?? 0));
  const content = await digestOfContent(path, undefined, most);
  const holds = known.find(({ archive }) => content !== undefined && isEqual(archive.content, content));
  return holds && `another packing of ${holds.text}`;
}

function isEqual(one: Digest | undefined, { bytes, sha256 }: Digest): boolean {
  return one?.bytes === bytes && one.sha256 === sha256;
}
