import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVerifyWords, verifyCommand } from '../../src/cli/verify.js';
import { DatasetError } from '../../src/errors.js';
import { lines, PROGRAM, prepareCli, run, start } from '../fixtures/cli.js';
import { newFolder } from '../fixtures/folder.js';
import { completed } from './completed.js';

let folder: string;
let directory: string;

beforeAll(async () => {
  folder = await newFolder();
  const words = [
    '--dataset',
    'digits',
    '--quiet',
    '--out',
    join(folder, 'out'),
    '--formats',
    'tfrecord,parquet',
  ];
  const { stdout } = await prepareCli(words, join(folder, 'cache'));
  directory = stdout.trim();
});
afterAll(() => rm(folder, { recursive: true }));

const verify = (...words: string[]) =>
  run(process.execPath, [PROGRAM, 'verify', ...words], {
    cwd: folder,
    env: { IDX_SHARDS_CACHE: join(folder, 'cache') },
  });

describe('the command verify', () => {
  it('goes on where nobody reads what it says', async () => {
    const child = start(process.execPath, [PROGRAM, 'verify', 'out', '--json'], { cwd: folder });
    child.stdout.destroy();
    child.stderr.setEncoding('utf8');
    const stderr: string[] = [];
    child.stderr.on('data', (part: string) => stderr.push(part));
    const [code] = await once(child, 'close');
    expect([code, stderr.join('')]).toEqual([0, '']);
  });

  // Only Linux has a device that is always full.
  it.skipIf(!existsSync('/dev/full'))('tells of a disk that takes nothing of what it says', async () => {
    const words = ['-c', '"$0" "$1" verify out >/dev/full', process.execPath, PROGRAM];
    const { code, stderr } = await run('sh', words, { cwd: folder });
    expect(code).toBe(5);
    expect(stderr).toMatch(/^error: the disk is full while writing to stdout \[DISK_FULL\]\n/);
    expect(stderr).not.toContain('    at ');
  });

  it('says that a data set is whole, by its checksums alone and by all that can be known', async () => {
    expect(await verify(directory)).toEqual({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^digits 1\.0\.0 is whole, by its checksums and manifests: 8 files, \S+ MiB, 7,000 rows as tfrecord, parquet, in \d+\.\d s\n$/,
      ),
    });
    const deep = await verify('out', '--deep');
    expect(deep).toMatchObject({ code: 0, stderr: '' });
    expect(deep.stdout).toMatch(/^digits 1\.0\.0 is whole and right, every row of it/);
    expect(deep.stdout).not.toContain('not checked');
    expect(await verify('out', '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('names the file and the record of a fault, and ends with 4', async () => {
    const file = 'digits-test.tfrecord-00000-of-00001';
    const path = join(directory, file);
    const bytes = readFileSync(path);
    const damaged = Buffer.from(bytes);
    const second = 16 + Number(bytes.readBigUInt64LE(0));
    damaged[second + 100]! ^= 1;
    writeFileSync(path, damaged);
    try {
      const shallow = await verify(directory);
      expect(shallow).toMatchObject({ code: 4, stdout: '' });
      expect(shallow.stderr).toContain(
        `${file}: ${file} has another checksum than the one stored [FILE_CHECKSUM]\n`,
      );
      expect(shallow.stderr).toMatch(
        /error: .*: not as it should be \[VERIFY_FAILED\]\n {2}expected: no fault\n {2}found: {4}1 fault\n/,
      );
      const events = await verify(directory, '--deep', '--json');
      expect(events.code).toBe(4);
      expect(lines(events.stdout)).toMatchObject([
        { event: 'fault', file, code: 'FILE_CHECKSUM' },
        { event: 'fault', file, record: 1, code: 'RECORD_CORRUPT' },
        { event: 'verified', name: 'digits', version: '1.0.0', rows: 7000, total: 2, whole: false },
        { event: 'error', code: 'VERIFY_FAILED' },
      ]);
    } finally {
      writeFileSync(path, bytes);
    }
  });

  it.skipIf(process.platform === 'win32')(
    'names a link that leads nowhere, and checks the rest',
    async () => {
      const links = [join(directory, 'loop'), join(directory, 'nowhere')];
      await symlink('loop', links[0]!);
      await symlink('no-such-file', links[1]!);
      try {
        const { code, stdout } = await verify(directory, '--json');
        expect(code).toBe(4);
        expect(lines(stdout)).toMatchObject([
          {
            event: 'fault',
            file: 'loop',
            code: 'FILE_EXTRA',
            found: 'a symbolic link that leads to no file',
          },
          { event: 'fault', file: 'nowhere', code: 'FILE_EXTRA' },
          { event: 'verified', name: 'digits', files: 8, rows: 7000, total: 2, whole: false },
          { event: 'error', code: 'VERIFY_FAILED' },
        ]);
      } finally {
        for (const link of links) await rm(link);
      }
    },
  );

  it('ends with a code of its own where there is nothing to verify', async () => {
    expect(await verify('cache')).toMatchObject({ code: 4, stderr: expect.stringContaining('[NO_DATASET]') });
    for (const path of ['nowhere', join(directory, 'features.json')])
      expect(await verify(path)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(`there is no directory ${path} [NO_DATASET]\n`),
      });
    expect(await verify()).toMatchObject({ code: 2, stderr: expect.stringContaining('[USAGE]') });
  });

  it('refuses a folder of archives that is not there, which would pass for archives that agree', async () => {
    for (const [archives, found] of [
      [join(folder, 'nowhere'), 'nothing'],
      [join(directory, 'features.json'), 'a file'],
    ] as const)
      expect(await verify(directory, '--deep', '--archives', archives)).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(`--archives names no folder: .* \\[USAGE\\](.|\n)*found: +${found}\n`),
      });
  });
});

describe('readVerifyWords', () => {
  it('takes a directory and options', () => {
    expect(readVerifyWords(completed(verifyCommand), ['data', '--deep', '--archives', 'x'])).toEqual({
      directory: 'data',
      deep: true,
      archives: 'x',
    });
  });

  it.each([
    [[]],
    [['']],
    [['a', 'b']],
    [['a', '--nope']],
    [['a', '--archives', 'x']],
    [['a', '--deep', '--archives', '']],
  ])('refuses %j', (words) => {
    expect(() => readVerifyWords(completed(verifyCommand), words)).toThrow(DatasetError);
  });
});
