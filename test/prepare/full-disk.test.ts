import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { writeArchives } from '../fixtures/archives.js';
import { lines, prepareCli } from '../fixtures/cli.js';
import { digitsArchives } from '../fixtures/digits.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';

/** A disk of one MiB, mounted at a folder until the test ends; skips the test where that may not be done. */
async function smallDisk(context: TestContext, folder: string): Promise<string> {
  if (process.platform !== 'linux') return context.skip('a small disk is made on Linux alone');
  if (process.getuid?.() !== 0) return context.skip('only root may mount a small disk');
  const disk = join(folder, 'disk');
  await mkdir(disk);
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'idx-shards-test', disk], {
    encoding: 'utf8',
  });
  if (status !== 0) return context.skip(`a small disk cannot be mounted: ${(stderr ?? 'no mount').trim()}`);
  onTestFinished(() => {
    spawnSync('umount', [disk]);
  });
  return disk;
}

describe('a disk that fills', () => {
  it('ends the run in the middle of a shard of any format: exit 5, and nothing stays', async (context) => {
    const folder = await emptyFolder();
    const disk = await smallDisk(context, folder);
    await writeArchives(join(folder, 'archives'), digitsArchives);
    const words = [
      '--dataset',
      'digits',
      '--json',
      '--quiet',
      '--archives',
      join(folder, 'archives'),
      '--out',
      disk,
    ];
    for (const formats of ['tfrecord', 'arrow', 'parquet', 'array_record', 'parquet,arrow,tfrecord']) {
      const { code, stdout, stderr } = await prepareCli(
        [...words, '--formats', formats],
        join(folder, 'cache'),
      );
      expect({ formats, code }).toEqual({ formats, code: 5 });
      expect(lines(stdout).at(-1)).toMatchObject({
        event: 'error',
        code: 'DISK_FULL',
        message: expect.stringMatching(/^the disk is full while writing .*digits-(train|test)/),
        found: 'ENOSPC',
      });
      expect(stderr.match(/^error: .*\[DISK_FULL\]$/gm)).toHaveLength(1);
      expect(await everythingIn(disk)).toEqual([]);
    }
  });
});
