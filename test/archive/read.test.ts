import { createHash } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive } from '../../src/archive/read.js';
import { ArrayReader } from '../../src/arrays/reader.js';
import type { ArchiveDefinition } from '../../src/dataset/split-definition.js';
import { DatasetError } from '../../src/errors.js';
import { idxFile } from '../arrays/idx-file.js';
import { SMALL_IDX } from '../fixtures/xz.js';
import { zipOf } from '../fixtures/zip.js';
import { scratchDir } from '../scratch-dir.js';

/** Noise, which gzip cannot shrink: more than fits the buffers between the file and its reader. */
const CONTENT = noise(2_000_000);

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** An archive on disk and the definition that names it. */
async function archiveOf(bytes: Uint8Array): Promise<{ path: string; archive: ArchiveDefinition }> {
  const path = join(await scratchDir(), 'images.gz');
  await writeFile(path, bytes);
  return { path, archive: { file: 'images.gz', bytes: bytes.length, sha256: sha256(bytes) } };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

/** Reads one piece and no more, without telling the stream that this was all. */
async function readOne(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const { value } = await chunks[Symbol.asyncIterator]().next();
  return value?.length ?? 0;
}

describe('readArchive', () => {
  it('gives the inflated bytes and the result', async () => {
    const { path, archive } = await archiveOf(gzipSync(CONTENT));
    const read = await readArchive(path, archive, async (inflated) => {
      const bytes = await readAll(inflated);
      return { same: bytes.equals(CONTENT) };
    });
    expect(read).toEqual({ same: true });
  });

  it('inflates several gzip members as one', async () => {
    const { path, archive } = await archiveOf(
      Buffer.concat([gzipSync(Buffer.from('one')), gzipSync(Buffer.from('two'))]),
    );
    expect((await readArchive(path, archive, readAll)).toString()).toBe('onetwo');
  });

  it('gives a result that did not take all of the bytes', async () => {
    const { path, archive } = await archiveOf(gzipSync(CONTENT));
    expect(await readArchive(path, archive, readOne)).toBeGreaterThan(0);
    expect(await readArchive(path, archive, async () => 'nothing')).toBe('nothing');
    const first = async (inflated: AsyncIterable<Uint8Array>): Promise<number> => {
      for await (const chunk of inflated) return chunk.length;
      return 0;
    };
    expect(await readArchive(path, archive, first)).toBeGreaterThan(0);
  });

  it('checks the whole archive, however little was taken', async () => {
    const bytes = gzipSync(CONTENT);
    const { path, archive } = await archiveOf(bytes);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    for (const consume of [readOne, async () => 0]) {
      await expect(readArchive(path, archive, consume)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
    }
  });

  it('takes what stands behind the gzip stream for a part of the archive', async () => {
    const gzip = gzipSync(Buffer.from('content'));
    const longer = Buffer.concat([gzip, Buffer.alloc(600_000)]);
    const { path, archive } = await archiveOf(longer);
    expect((await readArchive(path, archive, readAll)).toString()).toBe('content');
    longer[longer.length - 1] = 1;
    await writeFile(path, longer);
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('says so when there is no archive', async () => {
    const { path, archive } = await archiveOf(gzipSync(CONTENT));
    await expect(readArchive(`${path}.gone`, archive, readAll)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'ARCHIVE_MISSING',
      message: `the archive ${path}.gone does not exist`,
      expected: `images.gz, ${archive.bytes} bytes`,
      found: 'no such file',
    });
    await expect(readArchive(join(path, 'below'), archive, readAll)).rejects.toMatchObject({ code: 'DISK' });
  });

  it.each([-1, 1])('refuses an archive that is longer than its definition by %i, unread', async (more) => {
    const { path, archive } = await archiveOf(gzipSync(CONTENT));
    const consume = (): Promise<never> => {
      throw new Error('it should not be read');
    };
    await expect(
      readArchive(path, { ...archive, bytes: archive.bytes - more }, consume),
    ).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'ARCHIVE_SIZE',
      message: `${path} is not the archive that the definition names`,
      expected: `${archive.bytes - more} bytes`,
      found: `${archive.bytes} bytes`,
    });
  });

  it('refuses another archive of the same size', async () => {
    const { path, archive } = await archiveOf(gzipSync(CONTENT));
    await expect(readArchive(path, { ...archive, sha256: 'ab'.repeat(32) }, readAll)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'ARCHIVE_CHECKSUM',
      message: `${path} is not the archive that the definition names`,
      expected: `sha256 ${'ab'.repeat(32)}`,
      found: `sha256 ${archive.sha256}`,
    });
  });

  it('takes a checksum for the cause of everything else', async () => {
    const { path, archive } = await archiveOf(Buffer.from('<html>no gzip</html>'));
    const other = { ...archive, sha256: 'ab'.repeat(32) };
    const refuse = async (): Promise<never> => {
      throw new DatasetError('IDX_MAGIC', 'no IDX');
    };
    for (const consume of [readAll, refuse]) {
      await expect(readArchive(path, other, consume)).rejects.toMatchObject({
        code: 'ARCHIVE_CHECKSUM',
        found: `sha256 ${archive.sha256}`,
      });
    }
  });

  const gzip = gzipSync(CONTENT);
  const damaged = Buffer.from(gzip);
  damaged[damaged.length - 6]! ^= 1; // The checksum in gzip's trailer.

  it.each([
    ['half a gzip stream', gzip.subarray(0, gzip.length / 2)],
    ['a gzip stream without its last byte', gzip.subarray(0, -1)],
    ['a gzip stream with a wrong trailer', damaged],
  ])('refuses %s that its definition names', async (_, bytes) => {
    const { path, archive } = await archiveOf(bytes);
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'GZIP_INVALID',
      message: `${path} is not a whole gzip archive`,
      found: expect.stringMatching(/\S/),
    });
  });

  it.each([
    ['an HTML page', Buffer.from('<html>no gzip</html>')],
    ['empty', Buffer.alloc(0)],
  ])('says that it is %s where the definition names that', async (what, bytes) => {
    const { path, archive } = await archiveOf(bytes);
    const kind = { code: 'ARCHIVE_KIND', message: `${path} is ${what}` };
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject(kind);
  });

  it('passes on what the reader throws', async () => {
    const { path, archive } = await archiveOf(gzip);
    const own = new DatasetError('IDX_TRAILING', 'too long');
    for (const before of [async () => 0, readOne, readAll]) {
      const consume = async (inflated: AsyncIterable<Uint8Array>): Promise<never> => {
        await before(inflated);
        throw own;
      };
      await expect(readArchive(path, archive, consume)).rejects.toBe(own);
    }
  });

  it('refuses a folder in the archive’s place', async () => {
    const path = join(await scratchDir(), 'images.gz');
    await mkdir(path);
    const { size } = await stat(path);
    const archive = { file: 'images.gz', bytes: size, sha256: 'ab'.repeat(32) };
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DISK',
      message: `the file system refused while reading ${path}`,
    });
  });

  it('closes the file, whatever happens', async () => {
    if (process.platform !== 'linux') return; // Only there can a process look at its open files.
    const { readdir, readlink } = await import('node:fs/promises');
    const { path, archive } = await archiveOf(gzip);
    const open = async (): Promise<number> => {
      const links = (await readdir('/proc/self/fd')).map((fd) =>
        readlink(`/proc/self/fd/${fd}`).catch(() => ''),
      );
      return (await Promise.all(links)).filter((target) => target === path).length;
    };
    const fail = async (): Promise<never> => {
      throw new Error('no');
    };
    for (const consume of [readAll, readOne, async () => 0, fail]) {
      await readArchive<unknown>(path, archive, consume).catch(() => {});
      for (let turn = 0; turn < 100 && (await open()) > 0; turn++) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await open()).toBe(0);
    }
  });
});

describe('readArchive of plain IDX', () => {
  it('gives the bytes as they are', async () => {
    const bytes = idxFile(3, 2, 4);
    const { path, archive } = await archiveOf(bytes);
    expect(await readArchive(path, archive, readAll)).toEqual(Buffer.from(bytes));
  });

  it('checks it all the same', async () => {
    const bytes = Uint8Array.from(idxFile(3, 2, 4));
    const { path, archive } = await archiveOf(bytes);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    for (const consume of [readAll, readOne, async () => 0]) {
      await expect(readArchive<unknown>(path, archive, consume)).rejects.toMatchObject({
        code: 'ARCHIVE_CHECKSUM',
      });
    }
  });
});

describe('readArchive of a file that holds what the archive holds', () => {
  const sameContent = async (bytes: Uint8Array): Promise<{ path: string; archive: ArchiveDefinition }> => {
    const { path } = await archiveOf(bytes);
    const content = { bytes: SMALL_IDX.length, sha256: sha256(SMALL_IDX) };
    return { path, archive: { file: 'images.gz', bytes: 1, sha256: 'ab'.repeat(32), content } };
  };
  const others = [
    ['gzip', gzipSync],
    ['plain', (bytes: Uint8Array) => bytes],
    ['a zip', (bytes: Uint8Array) => zipOf([{ name: 'images', content: bytes }])],
  ] as const;

  it.each(others)('gives it, and checks it all, however little was taken: %s', async (_, pack) => {
    const { path, archive } = await sameContent(pack(SMALL_IDX));
    expect(await readArchive(path, archive, readAll)).toEqual(SMALL_IDX);
    for (const consume of [readOne, async () => 0])
      expect(await readArchive<unknown>(path, archive, consume)).toBeDefined();
    for (const at of [1, SMALL_IDX.length - 1]) {
      const changed = Buffer.from(SMALL_IDX);
      changed[at]! ^= 1;
      await writeFile(path, pack(changed));
      for (const consume of [readAll, readOne, async () => 0])
        await expect(readArchive<unknown>(path, archive, consume)).rejects.toMatchObject({
          code: expect.stringMatching(/^ARCHIVE_(CHECKSUM|SIZE)$/),
        });
    }
  });

  it.each([
    ['more', Buffer.concat([SMALL_IDX, Buffer.alloc(1)])],
    ['less', SMALL_IDX.subarray(0, -1)],
    ['nothing', Buffer.alloc(0)],
  ])('refuses one that holds %s, whatever the reader says', async (_, content) => {
    const { path, archive } = await sameContent(gzipSync(content));
    const refuse = async (): Promise<never> => {
      throw new DatasetError('IDX_MAGIC', 'no IDX');
    };
    for (const consume of [readAll, readOne, refuse, async () => 0])
      await expect(readArchive<unknown>(path, archive, consume)).rejects.toMatchObject({
        code: expect.stringMatching(/^ARCHIVE_(CHECKSUM|SIZE)$/),
      });
  });

  it('passes on what the reader throws where the content is right', async () => {
    const { path, archive } = await sameContent(gzipSync(SMALL_IDX));
    const own = new DatasetError('COUNT_MISMATCH', 'too many');
    const fail = async (): Promise<never> => {
      throw own;
    };
    await expect(readArchive(path, archive, fail)).rejects.toBe(own);
  });

  it('says what a file is that is neither', async () => {
    const { path, archive } = await sameContent(Buffer.from('<!doctype html>'));
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({
      code: 'ARCHIVE_SIZE',
      message: `${path} is not the archive that the definition names: it is an HTML page`,
    });
  });

  it('does not wait for a pipe', async () => {
    if (process.platform === 'win32') return; // It has none.
    const { execFileSync } = await import('node:child_process');
    const { path, archive } = await sameContent(SMALL_IDX);
    execFileSync('mkfifo', [`${path}.pipe`]);
    await expect(readArchive(`${path}.pipe`, archive, readAll)).rejects.toMatchObject({
      code: 'ARCHIVE_SIZE',
    });
  });
});

describe('readArchive of a zip', () => {
  const MEMBER = 'gzip/images.gz';

  /** A zip on disk, and the definition that names a member of it. */
  async function zipOfContent(
    content: Uint8Array,
    member = MEMBER,
  ): Promise<{ path: string; archive: ArchiveDefinition }> {
    const { path, archive } = await archiveOf(zipOf([{ name: MEMBER, content, deflate: true }]));
    return { path, archive: { ...archive, member } };
  }

  it('gives the inflated bytes of a member that is gzip, or plain IDX', async () => {
    for (const content of [gzipSync(CONTENT), idxFile(3, 2, 4)]) {
      const { path, archive } = await zipOfContent(content);
      const read = await readArchive(path, archive, readAll);
      expect(read.equals(content.length > 1000 ? CONTENT : content)).toBe(true);
    }
  });

  it('names the member', async () => {
    const { path, archive } = await zipOfContent(gzipSync(CONTENT));
    expect(await readArchive(path, archive, async (_, where) => where)).toBe(`${path}: ${MEMBER}`);
    expect(await readArchive(path, { ...archive, member: MEMBER }, readOne)).toBeGreaterThan(0);
  });

  it('takes what stands behind the gzip stream of a member for a part of it', async () => {
    const long = Buffer.concat([gzipSync(Buffer.from('content')), Buffer.alloc(600_000)]);
    const { path, archive } = await zipOfContent(long);
    expect((await readArchive(path, archive, readAll)).toString()).toBe('content');
  });

  it('refuses a member that is no whole gzip', async () => {
    const gzip = gzipSync(CONTENT);
    for (const content of [gzip.subarray(0, -9), gzip.subarray(0, -1)]) {
      const { path, archive } = await zipOfContent(content);
      await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({
        code: 'GZIP_INVALID',
        message: `${path}: ${MEMBER} is not a whole gzip archive`,
      });
    }
  });

  it('says which members there are', async () => {
    const { path, archive } = await zipOfContent(gzipSync(CONTENT), 'gzip/labels.gz');
    await expect(readArchive(path, archive, readAll)).rejects.toMatchObject({
      code: 'ZIP_MEMBER_MISSING',
      message: `${path} has no member gzip/labels.gz`,
      found: MEMBER,
    });
  });

  it('takes a checksum for the cause of everything else', async () => {
    const wrong = { sha256: 'ab'.repeat(32) };
    const whole = await zipOfContent(gzipSync(CONTENT));
    const missing = await zipOfContent(gzipSync(CONTENT), 'gzip/labels.gz');
    const noZip = await archiveOf(Buffer.from('<html>no zip</html>'));
    const refuse = async (): Promise<never> => {
      throw new DatasetError('IDX_MAGIC', 'no IDX');
    };
    for (const { path, archive } of [whole, missing, noZip]) {
      for (const consume of [readAll, readOne, refuse]) {
        const asked = { member: MEMBER, ...archive, ...wrong };
        await expect(readArchive<unknown>(path, asked, consume)).rejects.toMatchObject({
          code: 'ARCHIVE_CHECKSUM',
          expected: `sha256 ${wrong.sha256}`,
          found: `sha256 ${archive.sha256}`,
        });
      }
    }
  });

  it('passes on what the reader throws', async () => {
    const { path, archive } = await zipOfContent(gzipSync(CONTENT));
    const own = new DatasetError('IDX_TRAILING', 'too long');
    const fail = async (inflated: AsyncIterable<Uint8Array>): Promise<never> => {
      await readOne(inflated);
      throw own;
    };
    await expect(readArchive(path, archive, fail)).rejects.toBe(own);
  });

  it('sees that the zip changed while it was read, or since', async () => {
    const { path, archive } = await zipOfContent(gzipSync(CONTENT));
    expect(await readArchive(path, archive, readOne)).toBeGreaterThan(0);
    const other = zipOf([
      { name: MEMBER, content: gzipSync(CONTENT.map((byte) => byte ^ 1)), deflate: true },
    ]);
    const change = async (): Promise<void> => writeFile(path, other.subarray(0, archive.bytes));
    await expect(readArchive(path, archive, change)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
    await expect(readArchive(path, archive, readOne)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('holds no more of a bomb than its IDX head promises', async () => {
    // 1 GiB of zeros behind an IDX file of three rows.
    const zeros = gzipSync(Buffer.alloc(2 ** 27), { level: 9 });
    const bomb = [gzipSync(idxFile(3, 2, 4)), ...Array.from({ length: 8 }, () => zeros)];
    const { path, archive } = await zipOfContent(Buffer.concat(bomb));
    const before = process.memoryUsage.rss();
    const consume = async (inflated: AsyncIterable<Uint8Array>, where: string): Promise<void> => {
      const idx = await ArrayReader.open(inflated, where);
      await idx.read(new Uint8Array(24));
      await idx.end();
    };
    await expect(readArchive(path, archive, consume)).rejects.toMatchObject({ code: 'IDX_TRAILING' });
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 * 2 ** 20);
  });
});
