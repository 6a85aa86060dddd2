import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeSpace, requireSpace } from '../../src/fs/disk-space.js';
import { scratchDir } from '../scratch-dir.js';

describe('freeSpace', () => {
  it('is what the file system tells, also of what is not there yet', async () => {
    const dir = await scratchDir();
    const { blocks, bsize } = await statfs(dir);
    for (const path of [dir, join(dir, 'a', 'b', '1.0.0')]) {
      const free = await freeSpace(path);
      expect(free).toBeGreaterThan(0);
      expect(free).toBeLessThanOrEqual(blocks * bsize);
    }
  });

  it('names the path where the file system does not tell', async () => {
    await expect(freeSpace('a\0b')).rejects.toThrow();
  });
});

describe('requireSpace', () => {
  it('says what is missing', async () => {
    const dir = await scratchDir();
    await requireSpace(dir, 1, 'another');
    await expect(requireSpace(dir, 2 ** 60, 'another')).rejects.toMatchObject({
      name: 'DatasetError',
      code: 'DISK_FULL',
      message: `there is too little room on the disk of ${dir}`,
      next: 'Free some space, or choose another.',
      expected: `${2 ** 40} MiB at least`,
      found: expect.stringMatching(/^\d+ MiB$/),
    });
  });
});
