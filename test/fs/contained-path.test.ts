import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { requireContained, requireNoLink } from '../../src/fs/contained-path.js';
import { scratchDir } from '../scratch-dir.js';

let scratch: string;
/** A folder with the folder `name` in it, beside the folder `elsewhere`. */
let out: string;

beforeEach(async () => {
  scratch = await realpath(await scratchDir());
  out = join(scratch, 'out');
  await mkdir(join(out, 'name'), { recursive: true });
  await mkdir(join(scratch, 'elsewhere'));
});

// Windows makes links of directories as junctions, which need no rights.
const link = (to: string, at: string): Promise<void> => symlink(to, at, 'junction');

describe('requireContained', () => {
  it('takes folders, and what is not there yet', async () => {
    await requireContained(out, join(out, 'name', '1.0.0'));
    await requireContained(out, join(out, 'other', 'config', '1.0.0'));
    await requireContained(join(scratch, 'absent'), join(scratch, 'absent', 'name', '1.0.0'));
  });

  it('takes a link that stays within, and a folder that is a link itself', async () => {
    await link(join(out, 'name'), join(out, 'alias'));
    await requireContained(out, join(out, 'alias', '1.0.0'));
    await link(out, join(scratch, 'data'));
    await requireContained(join(scratch, 'data'), join(scratch, 'data', 'alias', '1.0.0'));
  });

  it('does not look at what lies at the path itself', async () => {
    await link(join(scratch, 'elsewhere'), join(out, 'name', '1.0.0'));
    await requireContained(out, join(out, 'name', '1.0.0'));
  });

  it.each([
    ['at the first step', ['own'], ['own', '1.0.0']],
    ['at a later one', ['name', 'config'], ['name', 'config', '1.0.0']],
  ])('refuses a link that leads out: %s', async (_, at, path) => {
    const elsewhere = join(scratch, 'elsewhere');
    await link(elsewhere, join(out, ...at));
    await expect(requireContained(out, join(out, ...path))).rejects.toMatchObject({
      code: 'OUTPUT_OCCUPIED',
      message: `${join(out, ...at)} is a symbolic link that leads out of ${out}`,
      expected: 'a folder',
      found: elsewhere,
    });
  });

  it('refuses one that leads to a folder whose name begins alike, and one that leads to the folder itself', async () => {
    await mkdir(join(scratch, 'out-of-it'));
    await link(join(scratch, 'out-of-it'), join(out, 'alike'));
    await link(out, join(out, 'itself'));
    for (const name of ['alike', 'itself'])
      await expect(requireContained(out, join(out, name, '1.0.0'))).rejects.toMatchObject({
        code: 'OUTPUT_OCCUPIED',
      });
  });

  it('refuses one that leads to nothing', async () => {
    await link(join(out, 'nowhere'), join(out, 'own'));
    await expect(requireContained(out, join(out, 'own', '1.0.0'))).rejects.toMatchObject({
      code: 'OUTPUT_OCCUPIED',
      found: 'a link that leads to nothing',
    });
  });

  it.skipIf(process.platform === 'win32')('calls links in a circle a fault of the disk', async () => {
    await link(join(out, 'own'), join(out, 'own'));
    const path = join(out, 'own', '1.0.0');
    await expect(requireContained(out, path)).rejects.toMatchObject({
      code: 'DISK',
      message: `the file system refused while looking at ${path}`,
      found: expect.stringContaining('ELOOP'),
    });
  });
});

describe('requireNoLink', () => {
  it('takes a folder, a file, and nothing', async () => {
    await writeFile(join(out, 'file'), '');
    await requireNoLink(join(out, 'name'));
    await requireNoLink(join(out, 'file'));
    await requireNoLink(join(out, 'absent', '1.0.0'));
    await requireNoLink(join(out, 'file', '1.0.0'));
  });

  it('refuses a link, wherever it leads, and says where', async () => {
    await link(join(out, 'name'), join(out, 'within'));
    await link(join(scratch, 'absent'), join(out, 'nowhere'));
    for (const [name, found] of [
      ['within', join(out, 'name')],
      ['nowhere', 'a link that leads to nothing'],
    ] as const)
      await expect(requireNoLink(join(out, name))).rejects.toMatchObject({
        code: 'OUTPUT_OCCUPIED',
        message: `${join(out, name)} is a symbolic link`,
        found,
      });
  });
});
