import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogCommand, readCatalogWords } from '../../src/cli/catalog.js';
import { DatasetError } from '../../src/errors.js';
import { preparedDigits } from '../catalog/prepared.js';
import { lines, PROGRAM, run } from '../fixtures/cli.js';
import { newFolder } from '../fixtures/folder.js';
import { completed } from './completed.js';

let folder: string;
let directory: string;
beforeAll(async () => {
  folder = await newFolder();
  directory = await preparedDigits(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const catalog = (...words: string[]) =>
  run(process.execPath, [PROGRAM, 'catalog', ...words], { cwd: folder });

describe('the command catalog', () => {
  it('writes the catalog of every data set below a folder', async () => {
    const { code, stdout, stderr } = await catalog('out');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^\S+catalog: the catalog of digits 1\.0\.0, 80 rows read in \d+\.\d s\n {2}catalog\.md, catalog\.html, .*\n$/,
    );
    expect(await readFile(join(directory, 'catalog', 'catalog.md'), 'utf8')).toContain('# `digits`');
  });

  it('tells of it as JSON, or by the folder alone', async () => {
    const { stdout } = await catalog(directory, '--json');
    expect(lines(stdout)).toMatchObject([
      { event: 'catalog', dataset: 'digits', version: '1.0.0', folder: join(directory, 'catalog'), rows: 80 },
    ]);
    expect(await catalog(directory, '--quiet')).toEqual({
      code: 0,
      stderr: '',
      stdout: `${join(directory, 'catalog')}\n`,
    });
  });

  it('says what is wrong with a folder that holds no data set', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true });
    const { code, stdout, stderr } = await catalog('empty', '--json');
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: there is no data set in empty \[NO_DATASET\]\n/);
    expect(lines(stdout)).toMatchObject([{ event: 'error', code: 'NO_DATASET' }]);
  });

  it('reads its words', () => {
    expect(readCatalogWords(completed(catalogCommand), ['a', '--quiet'])).toEqual({
      directory: 'a',
      explorer: true,
      quiet: true,
    });
    for (const words of [[], [''], ['a', 'b'], ['a', '--no-such']])
      expect(() => readCatalogWords(completed(catalogCommand), words), words.join()).toThrow(DatasetError);
  });
});
