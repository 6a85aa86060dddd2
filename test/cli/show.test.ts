import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readShowWords, showCommand } from '../../src/cli/show.js';
import { DatasetError } from '../../src/errors.js';
import { preparedDigits } from '../catalog/prepared.js';
import { idx } from '../fixtures/archives.js';
import { lines, PROGRAM, prepareCli, run } from '../fixtures/cli.js';
import { newFolder } from '../fixtures/folder.js';
import { readPng } from '../formats/png/read-png.js';
import { completed } from './completed.js';

let folder: string;
let directory: string;
beforeAll(async () => {
  folder = await newFolder();
  directory = await preparedDigits(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const show = (...words: string[]) => run(process.execPath, [PROGRAM, 'show', ...words], { cwd: folder });

describe('the command show', () => {
  it('shows nine examples as plain characters where there is no terminal', async () => {
    const { code, stdout, stderr } = await show(directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.match(/\d \(\d\)/g)).toHaveLength(9);
    expect(stdout.split('\n')).toHaveLength(3 * 15 + 2 + 1);
    expect(stdout).not.toContain('\u001b');
  });

  it('takes any expression of the split language, and tells of its examples as JSON', async () => {
    const { stdout } = await show(directory, '--split', 'test[50%:60%]+train[-1:]', '--json');
    expect(lines(stdout)).toMatchObject([
      { event: 'example', dataset: 'digits', place: 10, label: expect.any(Number) },
      { place: 11 },
      { place: 59 },
    ]);
  });

  it('writes a picture by the ending of its name', async () => {
    expect(
      await show(directory, '--split', 'train[:4]', '--columns', '2', '--out', 'four.png'),
    ).toMatchObject({
      code: 0,
      stdout: 'four.png\n',
    });
    const { width, height } = readPng(await readFile(join(folder, 'four.png')));
    expect([width, height]).toEqual([24 + 2 * 192, 24 + 2 * 226]);
    expect(await show(directory, '--out', 'nine.svg', '--quiet')).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect((await readFile(join(folder, 'nine.svg'), 'utf8')).match(/<image /g)).toHaveLength(9);
  });

  it.each([
    [['--split', 'val'], 2, 'SPLIT_INVALID', 'train (60 examples'],
    [['--split', 'train[:9'], 2, 'SPLIT_INVALID', '^'],
    [['--split', 'train[:0]'], 2, 'SPLIT_INVALID', 'no example'],
    [['--out', 'no/such/folder.png'], 5, 'DISK', 'no/such/folder.png'],
    [['--out', 'a.gif'], 2, 'USAGE', 'a.gif'],
    [['--columns', '0'], 2, 'USAGE', '1 to 100'],
  ])('refuses %j', async (words, code, name, says) => {
    const ended = await show(directory, ...words);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(`[${name}]`);
    expect(ended.stderr).toContain(says);
  });

  it('says that tensors are no images, and where there is no data set', async () => {
    await writeFile(join(folder, 'values.idx'), idx([3, 2], Buffer.alloc(6), 9));
    const words = ['--name', 'values', '--train', 'values.idx', '--out', 'own', '--quiet'];
    const { stdout } = await prepareCli(words, join(folder, 'cache'), { cwd: folder });
    const ended = await show(stdout.trim());
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('values has no images to show [FEATURES]');
    for (const path of ['nowhere', 'values.idx'])
      expect(await show(path)).toMatchObject({
        code: 4,
        stderr: expect.stringContaining(`there is no directory ${path} [NO_DATASET]\n`),
      });
  });

  // Windows has no such files.
  it
    .skipIf(process.platform === 'win32')
    .each(['digits-train.tfrecord-00000-of-00001', 'features.json', 'SHA256SUMS'])(
    'refuses a pipe in the place of %s, and does not wait for it',
    async (file) => {
      const copy = join(await mkdtemp(join(folder, 'pipe-')), '1.0.0');
      await cp(directory, copy, { recursive: true });
      await rm(join(copy, file));
      expect(await run('mkfifo', [join(copy, file)])).toMatchObject({ code: 0 });
      const ended = await run(process.execPath, [PROGRAM, 'show', copy], { cwd: folder, hangs: 30_000 });
      expect(ended).toMatchObject({ code: 4, stdout: '' });
      expect(ended.stderr).toContain(`${file} is no regular file [FILE_MISSING]\n`);
    },
  );

  it('reads its words', () => {
    expect(readShowWords(completed(showCommand), ['a'])).toEqual({ directory: 'a', columns: 3 });
    for (const words of [[], ['a', '--split', ''], ['a', '--out', '.png']])
      expect(() => readShowWords(completed(showCommand), words), words.join()).toThrow(DatasetError);
  });
});
