import { mkdir, open, rename, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gathered } from '../../src/archive/ranged-archive.js';
import { RangedFile } from '../../src/archive/ranged-file.js';
import { emptyDir, sha256 } from './loopback.js';

const BYTES = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * 7 + (at >> 8)) & 0xff));
const ARCHIVE = { file: 'rows.npy', bytes: BYTES.length, sha256: sha256(BYTES) };

describe('a range of a file', () => {
  let path: string;

  beforeEach(async () => {
    path = join(await emptyDir(), 'rows.npy');
    await writeFile(path, BYTES);
    // Disks do not tell apart changes within a few milliseconds.
    await utimes(path, 1e9, 1e9);
  });

  async function opened(): Promise<RangedFile> {
    const file = await RangedFile.open(path, ARCHIVE);
    if (file === undefined) throw new Error('the file should be opened');
    return file;
  }

  it.each([
    [0, 1],
    [1, 262_145],
    [262_144, 524_288],
    [5, 5],
    [0, BYTES.length],
    [BYTES.length - 1, BYTES.length],
  ])('from %i to %i', async (start, end) => {
    const bytes = await gathered((await opened()).read({ start, end }));
    expect(sha256(bytes)).toBe(sha256(BYTES.subarray(start, end)));
  });

  it('of a tebibyte is read without what stands before it and behind it', async () => {
    const bytes = 2 ** 40;
    const start = bytes - 100_000;
    await truncate(path, bytes);
    const handle = await open(path, 'r+');
    await handle.write(BYTES, 0, 50_000, start);
    await handle.close();
    const file = await RangedFile.open(path, { ...ARCHIVE, bytes });
    const range = await gathered(file?.read({ start, end: start + 50_000 }) ?? noBytes());
    expect(sha256(range)).toBe(sha256(BYTES.subarray(0, 50_000)));
  });

  it.each([
    ['is written to', () => writeFile(path, BYTES.subarray(0, 10), { flag: 'r+' })],
    ['is cut', () => truncate(path, 1000)],
    [
      'is replaced',
      async () => {
        await writeFile(`${path}.new`, BYTES);
        await rename(`${path}.new`, path);
      },
    ],
  ])('is refused where the file %s after its head was read', async (_, change) => {
    const file = await opened();
    await change();
    await expect(gathered(file.read({ start: 5, end: 50_000 }))).rejects.toMatchObject({
      code: 'ARCHIVE_CHECKSUM',
      message: expect.stringContaining('changed while it was read'),
    });
  });

  it('is refused where the file is cut while it is read', async () => {
    const file = await opened();
    const reading = file.read({ start: 0, end: BYTES.length });
    await reading.next();
    await truncate(path, 300_000);
    await expect(gathered(reading)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('is refused where the file is written to while it is read', async () => {
    const file = await opened();
    const reading = file.read({ start: 0, end: BYTES.length });
    await reading.next();
    await writeFile(path, BYTES.subarray(0, 10), { flag: 'r+' });
    await expect(gathered(reading)).rejects.toMatchObject({ code: 'ARCHIVE_CHECKSUM' });
  });

  it('is refused where the file is gone', async () => {
    const file = await opened();
    await rename(path, `${path}.elsewhere`);
    await expect(gathered(file.read({ start: 0, end: 1 }))).rejects.toMatchObject({ code: 'DISK' });
  });
});

describe('a file', () => {
  it('of another size, or none at all, is not opened in ranges', async () => {
    const folder = await emptyDir();
    const path = join(folder, 'rows.npy');
    await writeFile(path, BYTES.subarray(1));
    expect(await RangedFile.open(path, ARCHIVE)).toBeUndefined();
    await mkdir(join(folder, 'folder'));
    expect(await RangedFile.open(join(folder, 'folder'), ARCHIVE)).toBeUndefined();
    await expect(RangedFile.open(join(folder, 'nothing'), ARCHIVE)).rejects.toMatchObject({ code: 'DISK' });
  });
});

async function* noBytes(): AsyncGenerator<Uint8Array> {}
