import { appendFile, cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FILES, smallArchives } from '../fixtures/archives.js';
import { lines, prepareCli } from '../fixtures/cli.js';
import { digestsIn, emptyFolder, everythingIn, newFolder } from '../fixtures/folder.js';
import { ownDataset } from '../fixtures/own-dataset.js';
import { sample } from '../sample.js';

const SHARD = 'own-train.tfrecord-00000-of-00001';
const OURS = 'own 1.0.0 as idx-shards writes it';

/** When each file was last written, and which file it is: a copy that is put in its place is another. */
async function identities(directory: string): Promise<Record<string, string>> {
  const files = await readdir(directory);
  const found = files.map(async (file) => {
    const { mtimeNs, ino } = await stat(join(directory, file), { bigint: true });
    return [file, `${ino} ${mtimeNs}`] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}

/** A data set as the first of these tests prepares it, for the others to copy. */
let template: string;
beforeAll(async () => {
  template = await newFolder();
  return () => rm(template, { recursive: true });
});

/** A data set that is prepared already. */
async function prepared() {
  const own = await ownDataset(smallArchives());
  if ((await readdir(template)).length > 0) await cp(template, own.target, { recursive: true });
  else {
    expect((await own.prepare()).code).toBe(0);
    await cp(own.target, template, { recursive: true });
  }
  return { ...own, digests: await digestsIn(own.target), identities: await identities(own.target) };
}

describe('a whole data set at the target', () => {
  it('is left alone, and that is said', async () => {
    const own = await prepared();
    const { code, stdout, stderr } = await own.prepare();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'own 1.0.0 is there already and was left alone: out/own/1.0.0\n' +
        'It holds 10 files. To prepare it again: --overwrite\n',
    );
    expect(await identities(own.target)).toEqual(own.identities);
  });

  it('is left alone with --json and with --quiet too', async () => {
    const own = await prepared();
    expect(lines((await own.prepare('--json')).stdout)).toEqual([
      expect.objectContaining({ event: 'done', state: 'existing', directory: 'out/own/1.0.0' }),
    ]);
    expect(await own.prepare('--quiet')).toEqual({ code: 0, stdout: 'out/own/1.0.0\n', stderr: '' });
    expect(await identities(own.target)).toEqual(own.identities);
  });

  it('is not looked for in archives that are not there any more', async () => {
    const own = await prepared();
    await rm(join(own.folder, 'archives'), { recursive: true });
    expect((await own.prepare()).code).toBe(0);
  });

  it('counts as one without SHA256SUMS, as TFDS prepares it', async () => {
    const own = await prepared();
    await rm(join(own.target, 'SHA256SUMS'));
    expect((await own.prepare()).stdout).toMatch(/is there already/);
    expect(await everythingIn(own.target)).not.toContain('SHA256SUMS');
  });

  it('is replaced with --overwrite', async () => {
    const own = await prepared();
    expect((await own.prepare('--overwrite', '--num-shards', '2')).code).toBe(0);
    expect(await everythingIn(join(own.folder, 'out'))).toEqual(
      [
        'own/',
        'own/1.0.0/',
        'own/1.0.0/README.md',
        'own/1.0.0/SHA256SUMS',
        'own/1.0.0/dataset_info.json',
        'own/1.0.0/features.json',
        ...['arrow', 'parquet'].flatMap((format) =>
          ['test', 'train'].flatMap((split) => [
            `own/1.0.0/own-${split}-00000-of-00002.${format}`,
            `own/1.0.0/own-${split}-00001-of-00002.${format}`,
          ]),
        ),
        'own/1.0.0/own-test.tfrecord-00000-of-00002',
        'own/1.0.0/own-test.tfrecord-00001-of-00002',
        'own/1.0.0/own-train.tfrecord-00000-of-00002',
        'own/1.0.0/own-train.tfrecord-00001-of-00002',
      ].sort(),
    );
    expect((await own.prepare('--overwrite')).code).toBe(0);
    expect(await digestsIn(own.target)).toEqual(own.digests);
  });

  it('stays as it was when --overwrite fails', async () => {
    const own = await prepared();
    await truncate(join(own.folder, 'archives', FILES.testImages), 100);
    expect((await own.prepare('--overwrite')).code).toBe(4);
    expect(await identities(own.target)).toEqual(own.identities);
    expect(await readdir(join(own.folder, 'out/own'))).toEqual(['1.0.0']);
  });
});

describe('parts of a data set at the target', () => {
  it.each(
    sample(
      [
        {
          what: 'a lost shard in another format than TFRecord',
          damage: (target: string) => rm(join(target, 'own-test-00000-of-00001.parquet')),
          found: `${OURS}, of which own-test-00000-of-00001.parquet is missing`,
        },
        {
          what: 'a lost shard',
          damage: (target: string) => rm(join(target, SHARD)),
          found: `${OURS}, of which ${SHARD} is missing`,
        },
        {
          what: 'a lost manifest',
          damage: (target: string) => rm(join(target, 'dataset_info.json')),
          found: 'parts of a data set, of which dataset_info.json is missing',
        },
        {
          what: 'a shard cut short',
          damage: (target: string) => truncate(join(target, SHARD), 1000),
          found: `${OURS}, of which the TFRecord shards of train have another size than the manifest says`,
        },
        {
          what: 'an empty shard',
          damage: (target: string) => truncate(join(target, SHARD), 0),
          found: `${OURS}, of which ${SHARD} is empty`,
        },
        {
          what: 'a shard too long',
          damage: (target: string) => appendFile(join(target, SHARD), 'x'),
          found: `${OURS}, of which the TFRecord shards of train have another size than the manifest says`,
        },
        {
          what: 'a manifest cut short',
          damage: (target: string) => truncate(join(target, 'dataset_info.json'), 20),
          found: 'parts of a data set, of which dataset_info.json is not JSON',
        },
      ],
      3,
    ),
  )('are refused without --overwrite, which says what it replaces: $what', async ({ damage, found }) => {
    const own = await prepared();
    await damage(own.target);
    const before = await identities(own.target);
    const refused = await own.prepare();
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /^error: out\/own\/1\.0\.0 is neither empty nor a whole data set \[OUTPUT_OCCUPIED\]\n/,
    );
    expect(refused.stderr).toContain(`  found:    ${found}\n`);
    expect(await identities(own.target)).toEqual(before);
    const { code, stderr } = await own.prepare('--overwrite');
    expect(code).toBe(0);
    expect(stderr).toContain(`out/own/1.0.0 will be replaced: it holds ${found}\n`);
    expect(await digestsIn(own.target)).toEqual(own.digests);
    expect(await readdir(dirname(own.target))).toEqual(['1.0.0']);
  });
});

describe('an empty directory at the target', () => {
  it('is as good as none', async () => {
    const own = await prepared();
    await rm(own.target, { recursive: true });
    await mkdir(own.target);
    expect(await own.prepare('--quiet')).toEqual({ code: 0, stdout: 'out/own/1.0.0\n', stderr: '' });
    expect(await digestsIn(own.target)).toEqual(own.digests);
    expect(await readdir(dirname(own.target))).toEqual(['1.0.0']);
  });
});

describe('foreign files at the target', () => {
  async function occupied() {
    const own = await ownDataset(smallArchives());
    await mkdir(join(own.target, 'thesis'), { recursive: true });
    await writeFile(join(own.target, 'thesis', 'chapter-1.txt'), 'years of work');
    return own;
  }

  it('are refused, and stay', async () => {
    const own = await occupied();
    const { code, stdout, stderr } = await own.prepare();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*is neither empty nor a whole data set \[OUTPUT_OCCUPIED\]\n/);
    expect(stderr).toMatch(/ {2}found: {4}files that belong to no data set: thesis\n/);
    expect(stderr).toContain('--overwrite');
    expect(await readFile(join(own.target, 'thesis', 'chapter-1.txt'), 'utf8')).toBe('years of work');
    expect(await readdir(dirname(own.target))).toEqual(['1.0.0']);
  });

  it('stay when the run that was to replace them fails', async () => {
    const own = await occupied();
    await rm(join(own.folder, 'archives', FILES.trainLabels));
    expect((await own.prepare('--overwrite')).code).toBe(4);
    expect(await everythingIn(own.target)).toEqual(['thesis/', 'thesis/chapter-1.txt']);
  });

  it('are replaced with --overwrite', async () => {
    const own = await occupied();
    expect((await own.prepare('--overwrite')).code).toBe(0);
    expect(await readdir(own.target)).toHaveLength(10);
    expect(await readdir(dirname(own.target))).toEqual(['1.0.0']);
  });
});

describe('a target that cannot be', () => {
  it('--out is a file: exit 5, and the file stays', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'file'), 'mine');
    const words = ['--dataset', 'digits', '--out', join(folder, 'file')];
    const { code, stdout, stderr } = await prepareCli(words, join(folder, 'cache'));
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^error: the file system refused .*\[DISK\]\n {2}found: {4}ENOTDIR/);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('mine');
    expect(await everythingIn(folder)).toEqual(['file']);
  });

  it('the version is a file: exit 2, and the file stays even with --overwrite', async () => {
    const own = await ownDataset(smallArchives());
    await mkdir(dirname(own.target), { recursive: true });
    await writeFile(own.target, 'mine');
    const { code, stderr } = await own.prepare('--overwrite');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: out\/own\/1\.0\.0 is a file \[OUTPUT_OCCUPIED\]\n/);
    expect(await everythingIn(join(own.folder, 'out'))).toEqual(['own/', 'own/1.0.0']);
  });

  // Not even root may make a directory there; no other system than Linux has one like it.
  it.skipIf(process.platform !== 'linux')('--out cannot be made: exit 5', async () => {
    const folder = await emptyFolder();
    const words = ['--dataset', 'digits', '--out', '/proc/nope'];
    const { code, stdout, stderr } = await prepareCli(words, join(folder, 'cache'));
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toMatch(/^error: .*\/proc\/nope.* \[DISK\]\n/);
    expect(stderr.match(/^error:/gm)).toHaveLength(1);
    expect(await everythingIn(folder)).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')(
    'the cache cannot be made: exit 5, and nothing at --out',
    async () => {
      const folder = await emptyFolder();
      const words = ['--dataset', 'digits', '--out', join(folder, 'out')];
      const { code, stderr } = await prepareCli(words, '/proc/nope');
      expect(code).toBe(5);
      expect(stderr).toMatch(/^error: .*\/proc\/nope.* \[DISK\]\n/);
      expect(await everythingIn(folder)).toEqual([]);
    },
  );
});
