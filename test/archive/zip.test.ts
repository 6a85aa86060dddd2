import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { lookAtZipMember, readZipMember, zipMembers } from '../../src/archive/zip.js';
import { DatasetError } from '../../src/errors.js';
import { type Hole, type Member, writeZip, type ZipOptions, zipOf } from '../fixtures/zip.js';
import { scratchDir } from '../scratch-dir.js';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at) >> 7));
const NAME = 'gzip/images.gz';
const OTHERS: Member[] = [
  { name: 'gzip/', content: new Uint8Array() },
  { name: 'gzip/labels.gz', content: Buffer.from('labels') },
];

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await scratchDir(), 'all.zip');
  await writeFile(path, bytes);
  return path;
}

/** The content, or another one's length: `toEqual` takes seconds for so many bytes. */
function told(bytes: Buffer, content: Uint8Array = CONTENT): string {
  return bytes.equals(content) ? 'the content' : `${bytes.length} other bytes`;
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** Reads the first piece and no more. */
async function readOne(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  for await (const chunk of chunks) return chunk.length;
  return 0;
}

const nothing = async (): Promise<number> => 0;

/** A zip whose one member of interest is as told. */
function zipWith(change: Partial<Member>, options?: ZipOptions): Buffer {
  return zipOf([...OTHERS, { name: NAME, content: CONTENT, ...change }], options);
}

describe('readZipMember', () => {
  it.each<[string, Partial<Member>, ZipOptions]>([
    ['stored', {}, {}],
    ['deflated', { deflate: true }, {}],
    ['stored, zip64', {}, { zip64: true }],
    ['deflated, zip64', { deflate: true }, { zip64: true }],
    ['behind a comment', {}, { comment: 'EMNIST' }],
    ['behind a comment that looks like an end', {}, { comment: 'PK\u0001\u0002PK' }],
    ['with no bytes', { content: new Uint8Array() }, {}],
    ['with no bytes, deflated', { content: new Uint8Array(), deflate: true }, {}],
  ])('reads a member %s', async (_, change, options) => {
    const path = await fileOf(zipWith(change, options));
    expect(told(await readZipMember(path, NAME, readAll), change.content)).toBe('the content');
  });

  it('reads a member with a data descriptor, whose local header says nothing of its sizes', async () => {
    const zip = zipWith({ deflate: true, says: { flags: 0x808 } });
    const local = zip.indexOf(NAME) - 30;
    zip.fill(0, local + 14, local + 26);
    expect(told(await readZipMember(await fileOf(zip), NAME, readAll))).toBe('the content');
  });

  it('finds a member by its whole name alone', async () => {
    const members = ['images.gz', 'gzip/images.gz.old', 'GZIP/images.gz'].map((name) => ({
      name,
      content: Buffer.from(name),
    }));
    const path = await fileOf(zipOf(members));
    expect((await readZipMember(path, 'images.gz', readAll)).toString()).toBe('images.gz');
    await expect(readZipMember(path, NAME, readAll)).rejects.toMatchObject({ code: 'ZIP_MEMBER_MISSING' });
  });

  it('reads at places beyond 4 GiB', async () => {
    const path = join(await scratchDir(), 'large.zip');
    const padding: Hole = { name: 'padding', hole: 5 * 2 ** 30 };
    const size = await writeZip(path, [padding, { name: NAME, content: CONTENT, deflate: true }], {
      zip64: true,
    });
    expect(size).toBeGreaterThan(5 * 2 ** 30);
    expect(told(await readZipMember(path, NAME, readAll))).toBe('the content');
  });

  it('says which members there are', async () => {
    const members = Array.from({ length: 9 }, (_, i) => ({ name: `gzip/${i}`, content: Buffer.alloc(9) }));
    const missing = (zip: Buffer, found: string) => async () =>
      expect(readZipMember(await fileOf(zip), NAME, readAll)).rejects.toMatchObject({
        name: 'DatasetError',
        code: 'ZIP_MEMBER_MISSING',
        message: expect.stringMatching(/all\.zip has no member gzip\/images\.gz$/),
        expected: NAME,
        found,
      });
    await missing(zipOf(members), 'gzip/0, gzip/1, gzip/2, ... (9 in all)')();
    await missing(zipOf(members.slice(0, 2)), 'gzip/0, gzip/1')();
    await missing(zipOf([]), 'no files')();
    // A count that is too small hides what comes behind.
    await missing(zipWith({}, { says: { entries: 2 } }), 'gzip/labels.gz, ... (2 in all)')();
  });

  /** What is wrong, the zip, and what the error has to say. */
  const bad: [string, Buffer, string | RegExp, string | RegExp][] = [
    [
      'an encrypted member',
      zipWith({ deflate: true, says: { flags: 0x801 } }),
      `${NAME} as it is`,
      'encrypted',
    ],
    [
      'an unknown method',
      zipWith({ says: { method: 12 } }),
      `${NAME} stored (method 0) or deflated (8)`,
      'method 12',
    ],
    ['a wrong CRC', zipWith({ says: { crc32: 1 } }), /^CRC-32 00000001 of gzip/, /^[0-9a-f]{8}$/],
    ['a wrong CRC, deflated', zipWith({ deflate: true, says: { crc32: 1 } }), /^CRC-32 00000001/, /./],
    ['a size too small', zipWith({ deflate: true, says: { size: 1000 } }), WHOLE(), /^too many bytes/],
    ['a size too large', zipWith({ deflate: true, says: { size: 400_000 } }), WHOLE(), /^not enough bytes/],
    ['two sizes of a stored member', zipWith({ says: { size: 1000 } }), WHOLE(), /size mismatch/],
    [
      'a stored size too small',
      zipWith({ says: { size: 1000, compressedSize: 1000 } }),
      /^CRC-32/,
      /^[0-9a-f]{8}$/,
    ],
    [
      'a stored size beyond the end',
      zipWith({ says: { size: 2 ** 31, compressedSize: 2 ** 31 } }),
      WHOLE(),
      /overflows file bounds/,
    ],
    [
      'a compressed size too small',
      zipWith({ deflate: true, says: { compressedSize: 10 } }),
      WHOLE(),
      /unexpected end of file|not enough bytes/,
    ],
    ['a header that is elsewhere', zipWith({ says: { offset: 7 } }), WHOLE(), /local file header signature/],
    ['a header beyond the end', zipWith({ says: { offset: 2 ** 30 } }), WHOLE(), /EOF|bounds/],
    ['no directory', Buffer.alloc(1000), WHOLE(), /^End of central directory record signature not found/],
    ['nothing', Buffer.alloc(0), WHOLE(), /^End of central directory/],
    ['a web page', Buffer.from('<!doctype html><p>Sign in'), WHOLE(), /^End of central directory/],
    ['a zip cut short', zipWith({}).subarray(0, -1), WHOLE(), /^End of central directory|comment length/],
    ['half a zip', zipWith({}).subarray(0, 150_000), WHOLE(), /^End of central directory/],
    [
      'garbage behind the zip',
      Buffer.concat([zipWith({}), Buffer.from('garbage')]),
      WHOLE(),
      /^Invalid comment length/,
    ],
    [
      'garbage before the zip',
      Buffer.concat([Buffer.from('garbage'), zipWith({})]),
      WHOLE(),
      /central directory file header signature/,
    ],
    ['a directory that is elsewhere', zipWith({}, { says: { offset: 5 } }), WHOLE(), /header signature/],
    ['too many entries', zipWith({}, { says: { entries: 9 } }), WHOLE(), /header signature|EOF/],
    [
      'two members of the name',
      zipOf([
        { name: NAME, content: CONTENT },
        { name: NAME, content: Buffer.of(1) },
      ]),
      `one member named ${NAME}`,
      'two',
    ],
    ...['../../etc/passwd', '/etc/passwd', 'C:/x', 'gzip/../../x', '..\\x'].map(
      (name): [string, Buffer, string, RegExp] => [
        `a member named ${name}, though another one is asked for`,
        zipOf([
          { name: NAME, content: CONTENT },
          { name, content: CONTENT },
        ]),
        WHOLE(),
        /^(absolute path|invalid relative path|invalid characters)/,
      ],
    ),
  ];

  function WHOLE(): string {
    return 'a whole zip archive';
  }

  it.each(bad)('refuses %s', async (_, bytes, expected, found) => {
    const path = await fileOf(bytes);
    // What is wrong is found however little of the member is read.
    for (const consume of [readAll, readOne, nothing]) {
      await expect(readZipMember<unknown>(path, NAME, consume)).rejects.toMatchObject({
        name: 'DatasetError',
        code: 'ZIP_INVALID',
        message: `${path} is not a zip archive as it should be`,
        expected: typeof expected === 'string' ? expected : expect.stringMatching(expected),
        found: typeof found === 'string' ? found : expect.stringMatching(found),
        next: 'Get the archive again.',
      });
    }
  });

  it('refuses damaged deflate', async () => {
    const zip = zipWith({ deflate: true });
    zip.fill(0xff, zip.lastIndexOf(NAME) - 2000, zip.lastIndexOf(NAME) - 1900);
    await expect(readZipMember(await fileOf(zip), NAME, readAll)).rejects.toMatchObject({
      code: 'ZIP_INVALID',
    });
  });

  it('refuses a zip that is cut off anywhere in its directory', async () => {
    const path = await fileOf(zipWith({}));
    const { length } = zipWith({});
    for (const less of [1, 22, 40, 60, 200]) {
      await truncate(path, length - less);
      await expect(readZipMember(path, NAME, readAll)).rejects.toMatchObject({ code: 'ZIP_INVALID' });
    }
  });

  it('passes on what the reader throws, and what the file system says', async () => {
    const own = new DatasetError('IDX_TRAILING', 'too long');
    const fail = async (chunks: AsyncIterable<Uint8Array>): Promise<never> => {
      await readOne(chunks);
      throw own;
    };
    await expect(readZipMember(await fileOf(zipWith({ deflate: true })), NAME, fail)).rejects.toBe(own);
    const absent = join(await scratchDir(), 'absent.zip');
    await expect(readZipMember(absent, NAME, readAll)).rejects.toMatchObject({ code: 'DISK' });
  });

  it('reads no more of a bomb than is asked for, and holds no more of it', async () => {
    // 2 GiB of zeros in 2 MB, in a gzip of which the size of the member tells nothing.
    const piece = gzipSync(Buffer.alloc(2 ** 25), { level: 9 });
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => piece));
    const path = await fileOf(zipWith({ content: bomb, deflate: true }));
    const before = process.memoryUsage.rss();
    const stop = new DatasetError('IDX_TRAILING', 'too long');
    await expect(
      readZipMember(path, NAME, async (chunks) => {
        await readOne(chunks);
        throw stop;
      }),
    ).rejects.toBe(stop);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 2 ** 20);
  });

  it('closes the file, whatever happens', async () => {
    if (process.platform !== 'linux') return; // Only there can a process look at its open files.
    const { readdir, readlink } = await import('node:fs/promises');
    const path = await fileOf(zipWith({ deflate: true }));
    const open = async (): Promise<number> => {
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      return (await Promise.all(links)).filter((target) => target === path).length;
    };
    const fail = async (): Promise<never> => {
      throw new Error('no');
    };
    const reads: (() => Promise<unknown>)[] = [
      () => readZipMember<unknown>(path, NAME, readAll),
      () => readZipMember<unknown>(path, NAME, readOne),
      () => readZipMember<unknown>(path, NAME, nothing),
      () => readZipMember<unknown>(path, NAME, fail),
      () => readZipMember<unknown>(path, 'absent', readAll),
    ];
    for (const read of reads) {
      await read().catch(() => {});
      for (let turn = 0; turn < 200 && (await open()) > 0; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await open()).toBe(0);
    }
  });
});

describe('zipMembers', () => {
  it('tells the files, and neither folders nor what macOS adds', async () => {
    const content = Buffer.from('12345');
    const names = ['a/', 'a/x.npy', '__MACOSX/a/._x.npy', '.DS_Store', 'a/.DS_Store', 'y', '__MACOSX'];
    const path = await fileOf(zipOf(names.map((name) => ({ name, content, deflate: name === 'y' }))));
    expect(await zipMembers(path)).toEqual(['a/x.npy', 'y', '__MACOSX'].map((name) => ({ name, bytes: 5 })));
  });

  it('refuses what is no zip', async () => {
    for (const bytes of [Buffer.alloc(0), zipWith({}).subarray(0, 150_000)])
      await expect(zipMembers(await fileOf(bytes))).rejects.toMatchObject({ code: 'ZIP_INVALID' });
  });
});

describe('lookAtZipMember', () => {
  it('reads no more than is asked for, and says nothing of the rest', async () => {
    const path = await fileOf(zipWith({ says: { crc32: 1 } }));
    expect(await lookAtZipMember(path, NAME, readOne)).toBeGreaterThan(0);
    await expect(lookAtZipMember(path, NAME, readAll)).rejects.toMatchObject({ code: 'ZIP_INVALID' });
    await expect(lookAtZipMember(path, 'none', readOne)).rejects.toMatchObject({
      code: 'ZIP_MEMBER_MISSING',
    });
  });
});
