import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition } from '../dataset/definition.js';
import type { ArchiveDefinition } from '../dataset/split-definition.js';
import { absence, asDiskError, codeOf, DatasetError } from '../errors.js';
import { isNamedLike, isSame } from './identity.js';

/** A regular file in a folder of archives, or in a folder in it. */
interface FoundFile {
  path: string;
  name: string;
  /** The folder in the folder that it lies in, or nothing. */
  folder: string;
  bytes: number;
}

/** How many names a message tells. */
const NAMED = 5;

/**
 * A folder that archives are taken from, as people have them: MNIST's own files, torchvision's `raw`, what 7-Zip unpacked, what
 * a distribution packed again, TFDS's `downloads`.
 *
 * An archive of the right name and size is taken where it is expected, in the folder or in one of the data set's name, and its
 * checksum is left to whoever reads it. Anything else is taken only where its checksum, or that of what it holds, proves it. What
 * could be it is hashed and nothing else, since such a folder may hold much besides: files that have the archive's name in theirs
 * and zips are unpacked, up to the size of the archive's content; files of the archive's size or the content's size are
 * hashed as they are. All of them lie in the folder itself or one level below.
 */
export class ArchiveFolder {
  readonly path: string;
  #listed: Promise<FoundFile[]> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * Where an archive lies, or a file that holds the same. In a folder of the data set's name first, since MNIST and its family
   * give their archives the same names.
   *
   * @throws {DatasetError} `ARCHIVE_MISSING`, `ARCHIVE_SIZE`, `ARCHIVE_CHECKSUM` where there is none, which says what there is
   *   instead; `DISK`
   */
  async locate(definition: DatasetDefinition, archive: ArchiveDefinition): Promise<string> {
    for (const path of this.#expected(definition, archive)) {
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() === true && found.size === archive.bytes) return path;
    }
    this.#listed ??= this.#list();
    const files = await this.#listed;
    const candidates = candidatesFor(archive, definition, files);
    // One that cannot be read or unpacked is not it; if there is no other, it is looked at again.
    for (const { file, unpack } of candidates)
      if (await isSame(file, archive, { unpack }).catch(() => false)) return file.path;
    const named = candidates.filter(({ unpack }) => unpack).map(({ file }) => file);
    throw await this.#notThere(definition, archive, { files, named });
  }

  /** Where an archive is expected, by its name. */
  #expected({ name }: DatasetDefinition, { file }: ArchiveDefinition): string[] {
    return [join(this.path, name, file), join(this.path, file)];
  }

  /** All files, those in the folder itself first. */
  async #list(): Promise<FoundFile[]> {
    const names = await readdir(this.path).catch((error: unknown) => {
      const why = codeOf(error) === 'ENOTDIR' ? 'is no folder' : absence(error);
      if (why === undefined) throw asDiskError(error, `reading ${this.path}`);
      throw new DatasetError('ARCHIVE_MISSING', `the folder of archives ${this.path} ${why}`, {
        expected: 'a folder that holds the archives',
        found: why === 'is no folder' ? 'a file' : 'nothing',
        next: 'Check the path.',
      });
    });
    const own: FoundFile[] = [];
    const below: FoundFile[] = [];
    for (const name of names.sort()) {
      // What a broken link, or a loop of links, leads to is nowhere.
      const found = await stat(join(this.path, name)).catch(() => undefined);
      if (found?.isFile() === true) own.push(this.#file('', name, found.size));
      if (found?.isDirectory() !== true) continue;
      const inner = await readdir(join(this.path, name)).catch(() => []);
      for (const file of inner.sort()) {
        const found = await stat(join(this.path, name, file)).catch(() => undefined);
        if (found?.isFile() === true) below.push(this.#file(name, file, found.size));
      }
    }
    return [...own, ...below];
  }

  #file(folder: string, name: string, bytes: number): FoundFile {
    return { path: join(this.path, folder, name), name, folder, bytes };
  }

  /** The error where no file is the archive: what lies in its place, or what there is. */
  async #notThere(
    definition: DatasetDefinition,
    archive: ArchiveDefinition,
    { files, named }: { files: readonly FoundFile[]; named: readonly FoundFile[] },
  ): Promise<DatasetError> {
    const { notTheArchive, otherSize, whatIs } = await import('./not-the-archive.js');
    const expected = this.#expected(definition, archive);
    const instead = named.find(({ path }) => expected.includes(path));
    if (instead !== undefined)
      return notTheArchive('ARCHIVE_SIZE', instead.path, otherSize(instead.bytes, archive), definition);
    const [near] = named.filter(({ name }) => isNamedLike(name, archive));
    const what = near && (await whatIs(near.path, definition).catch(() => undefined));
    const { file, bytes, content } = archive;
    const holding = content && `, or any file that holds the same ${content.bytes} bytes, packed or not`;
    return new DatasetError('ARCHIVE_MISSING', `the archive ${join(this.path, file)} does not exist`, {
      expected: `${file}, ${bytes} bytes${holding ?? ''}, in ${this.path} or a folder in it`,
      found:
        near === undefined
          ? await this.#others(file, files)
          : `${near.path}, which ${what?.text ?? 'holds something else'}`,
      next:
        what?.next ??
        (definition.mirrors.length === 0
          ? 'Put the archive there, or name its folder with --archives.'
          : 'Put the archive there, or leave --archives out to download it.'),
    });
  }

  async #others(file: string, files: readonly FoundFile[]): Promise<string> {
    const inPlace = await stat(join(this.path, file)).catch(() => undefined);
    if (inPlace?.isDirectory() === true) return 'a folder of that name';
    if (inPlace !== undefined) return 'no regular file of that name';
    const names = files.slice(0, NAMED).map(({ folder, name }) => join(folder, name));
    const more = files.length > NAMED ? `, ... (${files.length} files)` : '';
    return names.length === 0
      ? 'no such file, and no other'
      : `no such file; there are ${names.join(', ')}${more}`;
  }
}

/** A file that may be the archive. */
interface Candidate {
  file: FoundFile;
  /** Whether it is worth unpacking. */
  unpack: boolean;
}

/** The files that may be an archive, the likeliest first: by their names, then zips, then by their sizes. */
function candidatesFor(
  archive: ArchiveDefinition,
  { name }: DatasetDefinition,
  files: readonly FoundFile[],
): Candidate[] {
  const likelihood = (file: FoundFile): number => {
    if (file.name === archive.file) return 0;
    if (isNamedLike(file.name, archive)) return 1;
    if (/\.zip$/i.test(file.name)) return 2;
    return file.bytes === archive.bytes || file.bytes === archive.content?.bytes
      ? 3
      : Number.POSITIVE_INFINITY;
  };
  return files
    .map((file) => ({ file, rank: likelihood(file), isElsewhere: file.folder !== name }))
    .filter(({ rank }) => rank < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.rank - b.rank || Number(a.isElsewhere) - Number(b.isElsewhere))
    .map(({ file, rank }) => ({ file, unpack: rank < 3 }));
}
