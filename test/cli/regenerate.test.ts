import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../src/index.js';
import { lockText, parseLock } from '../../src/regenerate/lock.js';
import { driftOf } from '../../src/regenerate/regenerate.js';
import { writeArchives } from '../fixtures/archives.js';
import { lines, PROGRAM, run } from '../fixtures/cli.js';
import { digitsArchives, GOLDEN, GOLDEN_ARRAY_RECORD } from '../fixtures/digits.js';
import { emptyFolder, everythingIn } from '../fixtures/folder.js';

const OWN = readFileSync(new URL('../../config/lock/published.json', import.meta.url), 'utf8');

const regenerate = (folder: string, ...words: string[]) =>
  run(process.execPath, [PROGRAM, 'regenerate', ...words], {
    cwd: folder,
    env: { IDX_SHARDS_CACHE: join(folder, 'cache'), TMPDIR: folder },
  });

describe("the project's own lock", () => {
  it('holds mnist and digits, written as --update writes it, and the shards that the tests know', () => {
    const lock = parseLock(OWN, 'published.json');
    expect([...lock.keys()]).toEqual(['digits', 'mnist']);
    expect(lockText(lock)).toBe(OWN);
    const shards = Object.entries({ ...GOLDEN, ...GOLDEN_ARRAY_RECORD }).filter(([file]) =>
      file.includes('-of-'),
    );
    expect(lock.get('digits')?.files).toMatchObject(Object.fromEntries(shards));
  });

  it('is what digits is made to be, and nothing of the run stays', async () => {
    const folder = await emptyFolder();
    const { code, stdout } = await regenerate(folder, 'digits', '--json');
    expect(code).toBe(0);
    expect(lines(stdout)).toMatchObject([{ event: 'regenerated', dataset: 'digits', files: 12, drifted: 0 }]);
    const left = await everythingIn(folder);
    expect(left?.filter((path) => !path.startsWith('cache/'))).toEqual([]);
  });
});

describe('the command regenerate', () => {
  it('lists what drifted file by file, ends with 4, and takes it into the lock with --update', async () => {
    const folder = await emptyFolder();
    const path = join(folder, 'lock.json');
    const digits = await loadDefinition('digits');
    const [split] = digits.splits;
    const { drawn: _, ...definition } = {
      ...digits,
      name: 'few',
      splits: [{ ...split!, rows: 20, firstRows: true }],
    };
    writeFileSync(join(folder, 'few.json'), JSON.stringify(definition));
    await writeArchives(folder, digitsArchives);
    const begun = await regenerate(folder, '--lock', path, '--definition', 'few.json', '--update');
    expect(begun).toMatchObject({ code: 0, stderr: '' });
    const text = readFileSync(path, 'utf8');
    expect(parseLock(text, path).get('few')).toMatchObject({ version: '1.0.0', definition: 'few.json' });
    expect(await regenerate(folder, '--lock', path)).toEqual({
      code: 0,
      stderr: '',
      stdout: 'few: 8 files, each as the lock has it\n',
    });

    const wrong = 'ab'.repeat(32);
    const right = parseLock(text, path).get('few')?.files['features.json'] ?? '';
    writeFileSync(path, text.replace(right, wrong).replace('"SHA256SUMS"', '"AAA"'));
    const drifted = await regenerate(folder, '--lock', path, '--json');
    expect(drifted.code).toBe(4);
    expect(lines(drifted.stdout)).toMatchObject([
      { event: 'drift', dataset: 'few', file: 'AAA', locked: expect.any(String) },
      { event: 'drift', dataset: 'few', file: 'SHA256SUMS', found: expect.any(String) },
      { event: 'drift', dataset: 'few', file: 'features.json', locked: wrong, found: right },
      { event: 'regenerated', drifted: 3 },
      { event: 'error', code: 'DRIFT' },
    ]);
    expect((await regenerate(folder, '--lock', path, '--update')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    [['nope'], 2, 'UNKNOWN_DATASET'],
    [['--definition', 'x.json'], 2, 'USAGE'],
    [['--lock', 'nowhere.json'], 2, 'LOCK_INVALID'],
    [['--nope'], 2, 'USAGE'],
  ])('%j ends with %i', async (words, code, name) => {
    const ended = await regenerate(await emptyFolder(), ...words);
    expect(ended).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(`[${name}]`) });
  });
});

describe('driftOf', () => {
  it('tells other files, missing ones and new ones', () => {
    expect(driftOf({ a: '1', b: '2', c: '3' }, { b: '2', c: '4', d: '5' })).toEqual([
      { file: 'a', locked: '1', found: undefined },
      { file: 'c', locked: '3', found: '4' },
      { file: 'd', locked: undefined, found: '5' },
    ]);
  });
});
