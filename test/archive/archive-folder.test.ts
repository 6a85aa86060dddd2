import { execFileSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ArchiveFolder } from '../../src/archive/archive-folder.js';
import { drawArchives } from '../../src/archive/draw/archives.js';
import { readArchive } from '../../src/archive/read.js';
import { digestOfContent } from '../../src/archive/unpack.js';
import { archivesOf, type DatasetDefinition } from '../../src/dataset/definition.js';
import { loadDefinition } from '../../src/dataset/registry.js';
import type { ArchiveDefinition } from '../../src/dataset/split-definition.js';
import { DatasetError } from '../../src/errors.js';
import { definitionOf, FILES, idx, smallArchives } from '../fixtures/archives.js';
import { sha256 } from '../fixtures/folder.js';
import { SMALL_IDX, SMALL_XZ, ZEROS_XZ } from '../fixtures/xz.js';
import { zipOf } from '../fixtures/zip.js';
import { scratchDir } from '../scratch-dir.js';

/** gzip as most programs write it, with a name in its head: other bytes than those without. */
const NAMED_GZIP = Buffer.concat([
  Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 2, 3]),
  Buffer.from('train-images-idx3-ubyte\0'),
  gzipSync(SMALL_IDX).subarray(10),
]);
/** As `gzip -n` and Debian's packages have it. */
const UNNAMED_GZIP = gzipSync(SMALL_IDX);
const OTHER = idx([3, 4], Buffer.alloc(12, 9));

const ARCHIVE: ArchiveDefinition = {
  file: FILES.trainImages,
  bytes: NAMED_GZIP.length,
  sha256: sha256(NAMED_GZIP),
  content: { bytes: SMALL_IDX.length, sha256: sha256(SMALL_IDX) },
};
const DEFINITION: DatasetDefinition = definitionOf(new Map());

type Files = Readonly<Record<string, Uint8Array | string>>;

async function folderOf(files: Files): Promise<string> {
  const folder = await scratchDir();
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  return folder;
}

/** The file that is taken, relative to the folder, once it has been read as it says that it can be. */
async function taken(folder: string, archive = ARCHIVE): Promise<string> {
  const path = await new ArchiveFolder(folder).locate(DEFINITION, archive);
  const parts: Uint8Array[] = [];
  await readArchive(path, archive, async (chunks) => {
    for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  });
  expect(Buffer.concat(parts)).toEqual(SMALL_IDX);
  return path.slice(folder.length + 1);
}

async function refusal(folder: string, archive = ARCHIVE, definition = DEFINITION): Promise<DatasetError> {
  const error = await new ArchiveFolder(folder)
    .locate(definition, archive)
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof DatasetError)) throw new Error(`it was not refused: ${String(error)}`);
  expect(error.exitCode).toBe(4);
  expect(`${error.message} ${error.next}`).not.toMatch(/delete/i);
  return error;
}

const zipped = (...members: [name: string, content: Uint8Array][]): Buffer =>
  zipOf(members.map(([name, content]) => ({ name, content, deflate: true })));

describe('what holds an archive’s content is taken', () => {
  it.each<[what: string, name: string, bytes: Uint8Array]>([
    ['the archive itself', 'train-images-idx3-ubyte.gz', NAMED_GZIP],
    ['in a folder of the data set’s name', 'own/train-images-idx3-ubyte.gz', NAMED_GZIP],
    ['in any folder', 'MNIST/train-images-idx3-ubyte.gz', NAMED_GZIP],
    ['unpacked, as torchvision leaves it', 'raw/train-images-idx3-ubyte', SMALL_IDX],
    ['unpacked, as 7-Zip names it', 'train-images.idx3-ubyte', SMALL_IDX],
    ['unpacked, under the archive’s own name', 'train-images-idx3-ubyte.gz', SMALL_IDX],
    ['packed again, without its name', 'train-images-idx3-ubyte.gz', UNNAMED_GZIP],
    [
      'packed in several members',
      'train-images-idx3-ubyte.gz',
      Buffer.concat([gzipSync(SMALL_IDX.subarray(0, 9)), gzipSync(SMALL_IDX.subarray(9))]),
    ],
    ['as TFDS names it', 'cvdf-datasets_mnist_train-images-idx3-ubyteAbC123.gz', NAMED_GZIP],
    ['packed again, as TFDS names it', 'mnist_train-images-idx3-ubyteAbC123.gz', UNNAMED_GZIP],
    ['under any name', 'a', NAMED_GZIP],
    ['unpacked, under any name', 'b.bin', SMALL_IDX],
    ['as xz', 'train-images-idx3-ubyte.xz', SMALL_XZ.crc64],
    ['as xz under the archive’s own name', 'train-images-idx3-ubyte.gz', SMALL_XZ.crc32],
    ['as a zip of one file', 'train-images-idx3-ubyte.zip', zipped(['x', SMALL_IDX])],
    ['as a zip of a zip’s only file, packed once more', 'a.zip', zipped(['x.gz', UNNAMED_GZIP])],
    ['as a zip under the archive’s own name', 'train-images-idx3-ubyte.gz', zipped(['y', SMALL_IDX])],
    [
      'as one of several members, by its name',
      'archive (1).zip',
      zipped(['train-images-idx3-ubyte/train-images.idx3-ubyte.gz', UNNAMED_GZIP], ['other', OTHER]),
    ],
    ['as one of several members of its size', 'archive.zip', zipped(['first', OTHER], ['second', SMALL_IDX])],
  ])('%s', async (_, name, bytes) => {
    expect(await taken(await folderOf({ [name]: bytes, 'notes.txt': 'mine' }))).toBe(name);
  });

  it('where it has the same size as the archive and other bytes', async () => {
    const bytes = Buffer.from(NAMED_GZIP);
    bytes[4] = 1; // The time of the file.
    expect(await taken(await folderOf({ [FILES.trainImages]: bytes }))).toBe(FILES.trainImages);
  });

  it('where zeros stand behind the gzip', async () => {
    const padded = Buffer.concat([UNNAMED_GZIP, Buffer.alloc(512)]);
    expect(await taken(await folderOf({ [FILES.trainImages]: padded }))).toBe(FILES.trainImages);
  });

  it('from two archives that were swapped', async () => {
    const archives = smallArchives();
    const definition = definitionOf(archives);
    const folder = await folderOf({
      [FILES.trainImages]: archives.get(FILES.trainLabels)!,
      [FILES.trainLabels]: archives.get(FILES.trainImages)!,
    });
    const { images } = definition.splits[0]!;
    const path = await new ArchiveFolder(folder).locate(definition, images!);
    expect(path).toBe(join(folder, FILES.trainLabels));
  });

  it('once where it is there twice, and the likeliest of several', async () => {
    const twice = await folderOf({
      'b/train-images-idx3-ubyte': SMALL_IDX,
      'a/train-images-idx3-ubyte': SMALL_IDX,
    });
    expect(await taken(twice)).toBe('a/train-images-idx3-ubyte');
    const many = {
      z: SMALL_IDX,
      'train-images-idx3-ubyte.gz': UNNAMED_GZIP,
      'own/train-images.idx3-ubyte': SMALL_IDX,
    };
    expect(await taken(await folderOf(many))).toBe('train-images-idx3-ubyte.gz');
    const own = { 'train-images-idx3-ubyte.gz': NAMED_GZIP, 'own/train-images-idx3-ubyte.gz': NAMED_GZIP };
    expect(await taken(await folderOf(own))).toBe('own/train-images-idx3-ubyte.gz');
  });

  it('past files that are no whole archives, that cannot be read, or that hold something else', async () => {
    const folder = await folderOf({
      'train-images-idx3-ubyte.gz': '<html>',
      'own/train-images-idx3-ubyte.gz': UNNAMED_GZIP.subarray(0, -3),
      'a-train-images-idx3-ubyte.gz': gzipSync(OTHER),
      'b-train-images-idx3-ubyte': OTHER,
      'broken.zip': 'PK\x03\x04no zip',
      'other.zip': zipped(['train-images-idx3-ubyte', OTHER]),
      'secret-train-images-idx3-ubyte': SMALL_IDX,
      'z-train-images-idx3-ubyte': SMALL_IDX,
    });
    const secret = join(folder, 'secret-train-images-idx3-ubyte');
    await chmod(secret, 0o000);
    // Who may read everything, may read this too.
    const isReadable = process.getuid?.() === 0;
    expect(await taken(folder)).toBe(
      isReadable ? 'secret-train-images-idx3-ubyte' : 'z-train-images-idx3-ubyte',
    );
  });

  it('past pipes, folders, and links that lead nowhere or in a circle', async () => {
    const folder = await folderOf({ 'raw/train-images-idx3-ubyte': SMALL_IDX });
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'train-images-idx3-ubyte')]);
    await mkdir(join(folder, FILES.trainImages));
    await symlink('nowhere', join(folder, 'x-train-images-idx3-ubyte'));
    await symlink('circle-train-images-idx3-ubyte', join(folder, 'circle-train-images-idx3-ubyte'));
    await symlink('.', join(folder, 'loop'));
    expect(await taken(folder)).toBe('raw/train-images-idx3-ubyte');
  });

  it('through a link', async () => {
    const folder = await folderOf({ 'elsewhere/far/x': SMALL_IDX });
    await symlink('elsewhere/far', join(folder, 'near'));
    expect(await taken(folder)).toBe('near/x');
  });
});

describe('what does not hold it is refused', () => {
  it.each<[what: string, bytes: Uint8Array, message: string]>([
    ['a page', Buffer.from('<!doctype html>'), ': it is an HTML page'],
    [
      'a pointer',
      Buffer.from('version https://git-lfs.github.com/spec/v1\n'),
      ': it is a pointer of Git LFS, and not the file itself',
    ],
    ['nothing', Buffer.alloc(0), ': it is empty'],
    ['gzip cut short', UNNAMED_GZIP.subarray(0, -3), ': it is not a whole gzip archive'],
    [
      'gzip with a tail',
      Buffer.concat([UNNAMED_GZIP, Buffer.from('\r\n')]),
      ': it goes on behind the end of its gzip',
    ],
    ['gzip of a page', gzipSync('<!doctype html>'), ': it is gzip, and what it holds is an HTML page'],
    ['gzip in gzip', gzipSync(UNNAMED_GZIP), ': it is gzip, and what it holds is gzip'],
    ['other content', gzipSync(OTHER), ''],
    ['a zip of other content', zipped(['train-images-idx3-ubyte', OTHER]), ''],
    [
      'a turned IDX',
      Buffer.from([3, 8, 0, 0, 20, 0, 0, 0]),
      ': it is an IDX file with its bytes the other way round',
    ],
  ])('%s under the archive’s name', async (_, bytes, what) => {
    const folder = await folderOf({ [FILES.trainImages]: bytes });
    expect(await refusal(folder)).toMatchObject({
      code: 'ARCHIVE_SIZE',
      message: `${join(folder, FILES.trainImages)} is not the archive that the definition names${what}`,
      expected: `${ARCHIVE.bytes} bytes`,
      found: `${bytes.length} bytes`,
    });
  });

  it('names what another archive is', async () => {
    const drawn = await drawArchives();
    const folder = await folderOf(Object.fromEntries(drawn));
    const mnist = await loadDefinition('mnist');
    for (const archive of archivesOf(mnist))
      expect(await refusal(folder, archive, mnist)).toMatchObject({
        code: 'ARCHIVE_SIZE',
        message: `${join(folder, archive.file)} is not the archive that the definition names: it is ${archive.file} of digits`,
      });
    const repacked = await folderOf({
      [FILES.trainLabels]: gzipSync(SMALL_IDX),
      [FILES.trainImages]: SMALL_XZ.crc64,
    });
    const definition = { ...DEFINITION, splits: [{ name: 'train', rows: 3, images: ARCHIVE }] };
    const other = {
      ...ARCHIVE,
      file: FILES.trainLabels,
      sha256: 'ab'.repeat(32),
      content: { bytes: 9, sha256: 'cd'.repeat(32) },
    };
    expect((await refusal(repacked, other, definition)).message).toMatch(
      /it is another packing of train-images-idx3-ubyte\.gz of own$/,
    );
  });

  it('says that nothing is there, and what is', async () => {
    const folder = await folderOf({ 'a.txt': 'a', 'b/c.txt': 'c', 'x/y/train-images-idx3-ubyte': SMALL_IDX });
    expect(await refusal(folder)).toMatchObject({
      code: 'ARCHIVE_MISSING',
      message: `the archive ${join(folder, FILES.trainImages)} does not exist`,
      expected: `${FILES.trainImages}, ${ARCHIVE.bytes} bytes, or any file that holds the same 24 bytes, packed or not, in ${folder} or a folder in it`,
      found: `no such file; there are a.txt, ${join('b', 'c.txt')}`,
    });
    const near = await folderOf({ 'train-images-idx3-ubyte': OTHER });
    expect((await refusal(near)).found).toBe(
      `${join(near, 'train-images-idx3-ubyte')}, which holds something else`,
    );
    expect((await refusal(await folderOf({}))).found).toBe('no such file, and no other');
    await mkdir(join(folder, FILES.trainImages));
    expect((await refusal(folder)).found).toBe('a folder of that name');
    for (const [path, found] of [
      [join(folder, 'none'), 'nothing'],
      [join(folder, 'a.txt'), 'a file'],
    ] as const)
      expect(await refusal(path)).toMatchObject({ code: 'ARCHIVE_MISSING', found });
  });

  it('where the definition does not name the content, by its own checksum alone', async () => {
    const { content: _, ...archive } = ARCHIVE;
    expect(await taken(await folderOf({ 'a.gz': NAMED_GZIP }), archive)).toBe('a.gz');
    for (const bytes of [SMALL_IDX, UNNAMED_GZIP, SMALL_XZ.crc64])
      expect((await refusal(await folderOf({ [FILES.trainImages]: bytes }), archive)).code).toBe(
        'ARCHIVE_SIZE',
      );
  });

  it('takes another file of the right size for nothing but by its checksum', async () => {
    expect((await refusal(await folderOf({ a: OTHER, b: Buffer.alloc(ARCHIVE.bytes) }))).code).toBe(
      'ARCHIVE_MISSING',
    );
    // In the archive's own place it is for the reader to say.
    const folder = await folderOf({ [FILES.trainImages]: Buffer.alloc(ARCHIVE.bytes) });
    await expect(taken(folder)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('stops at the size of the content, whatever a bomb holds', async () => {
    // Both are cut short: whoever reads to their end finds that out.
    const zeros = gzipSync(Buffer.alloc(2 ** 24));
    const folder = await folderOf({
      'a.gz': Buffer.concat([UNNAMED_GZIP, zeros.subarray(0, -1)]),
      'b.xz': Buffer.concat([SMALL_XZ.crc64, ...Array.from({ length: 16 }, () => ZEROS_XZ)]).subarray(0, -1),
      'c.zip': zipped(['c', Buffer.concat([UNNAMED_GZIP, zeros.subarray(0, -1)])]),
    });
    for (const [name, member] of [['a.gz'], ['b.xz'], ['c.zip', 'c']] as const) {
      const path = join(folder, name);
      expect(await digestOfContent(path, member, SMALL_IDX.length)).toBeUndefined();
      await expect(digestOfContent(path, member, 2 ** 30)).rejects.toMatchObject({
        code: expect.stringMatching(/^(GZIP|XZ)_INVALID$/),
      });
    }
  });
});
