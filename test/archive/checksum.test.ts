import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sha256OnceOfFile } from '../../src/archive/checksum.js';
import { scratchDir } from '../scratch-dir.js';

/** How often a file was opened to be read. */
const reads = vi.hoisted(() => ({ count: 0 }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  const open: typeof real.open = (...words) => {
    reads.count++;
    return real.open(...words);
  };
  return { ...real, open };
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('sha256OnceOfFile', () => {
  it('reads a file once while it stays as it is, however often and wherever from it is asked for', async () => {
    const dir = await scratchDir();
    const path = join(dir, 'all.zip');
    await writeFile(path, 'one');
    reads.count = 0;
    const found = await Promise.all([sha256OnceOfFile(path), sha256OnceOfFile(join(dir, '.', 'all.zip'))]);
    expect([...found, await sha256OnceOfFile(path)]).toEqual([sha256('one'), sha256('one'), sha256('one')]);
    expect(reads.count).toBe(1);
  });

  it('reads it again when it changed, or another one took its place', async () => {
    const dir = await scratchDir();
    const path = join(dir, 'all.zip');
    await writeFile(path, 'one');
    expect(await sha256OnceOfFile(path)).toBe(sha256('one'));
    await writeFile(path, 'two');
    expect(await sha256OnceOfFile(path)).toBe(sha256('two'));
    await writeFile(join(dir, 'other'), 'six');
    await rename(join(dir, 'other'), path);
    expect(await sha256OnceOfFile(path)).toBe(sha256('six'));
  });

  it('says what the file system says, each time', async () => {
    const dir = await scratchDir();
    for (const path of [join(dir, 'absent'), dir, dir])
      await expect(sha256OnceOfFile(path)).rejects.toMatchObject({ name: 'DatasetError', code: 'DISK' });
  });
});
