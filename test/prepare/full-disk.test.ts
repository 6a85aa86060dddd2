import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeArchives } from '../fixtures/archives.js';
import { type Ended, lines, prepareCli } from '../fixtures/cli.js';
import { digitsArchives } from '../fixtures/digits.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';
import { smallDisk } from '../fixtures/small-disk.js';

/** Prepares `digits`, from archives in `folder`, into a disk. */
function prepareDigits(folder: string, disk: string, formats: string): Promise<Ended> {
  const words = ['--dataset', 'digits', '--json', '--quiet', '--archives', join(folder, 'archives')];
  return prepareCli([...words, '--out', disk, '--formats', formats], join(folder, 'cache'));
}

describe('a disk that is too small', () => {
  it('is refused before work begins: exit 5, with what is needed and what is there', async (context) => {
    const folder = await emptyFolder();
    const disk = await smallDisk(context, folder, 'size=1100k');
    await writeArchives(join(folder, 'archives'), digitsArchives);
    const { code, stdout } = await prepareDigits(folder, disk, 'tfrecord,arrow');
    expect(code).toBe(5);
    expect(lines(stdout)).toMatchObject([
      {
        event: 'error',
        code: 'DISK_FULL',
        message: `there is too little room on the disk of ${join(disk, 'digits', '1.0.0')}`,
        expected: '3 MiB at least',
        found: '1 MiB',
      },
    ]);
    expect(await everythingIn(disk)).toEqual([]);
  });
});

describe('a disk that fills', () => {
  it('ends the run in the middle of a shard of any format: exit 5, and nothing stays', async (context) => {
    const folder = await emptyFolder();
    await writeArchives(join(folder, 'archives'), digitsArchives);
    const one = await smallDisk(context, folder, 'size=1500k');
    const three = await smallDisk(context, folder, 'size=4000k');
    for (const [disk, formats] of [
      ...['tfrecord', 'arrow', 'parquet', 'array_record'].map((format) => [one, format] as const),
      [three, 'parquet,arrow,tfrecord'] as const,
    ]) {
      const { code, stdout, stderr } = await prepareDigits(folder, disk, formats);
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
