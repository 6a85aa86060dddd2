import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madePython, readerPath, testCache } from '../../../scripts/bench/readers.js';
import { scratchDir } from '../../scratch-dir.js';

describe('testCache', () => {
  it.each([
    [{ IDX_SHARDS_TEST_CACHE: '/own', XDG_CACHE_HOME: '/xdg', HOME: '/home' }, '/own'],
    [{ IDX_SHARDS_TEST_CACHE: '', XDG_CACHE_HOME: '/xdg', HOME: '/home' }, '/xdg/idx-shards-tests'],
    [{ HOME: '/home' }, '/home/.cache/idx-shards-tests'],
  ])('of %j is what cache.sh says', (env, folder) => {
    expect(testCache(env)).toBe(folder);
  });
});

describe('madePython', () => {
  const REQUIREMENTS = 'requirements.txt';

  /** A folder as environment.sh leaves it: under the name of requirements and version, with a stamp when it is complete. */
  async function environment(cache: string, { version, made, complete = true }: Made): Promise<string> {
    const requirements = await readFile(readerPath(REQUIREMENTS));
    const digest = createHash('sha256')
      .update(requirements)
      .update(made ?? version)
      .digest('hex');
    const folder = join(cache, `python-${digest.slice(0, 16)}`);
    await mkdir(folder);
    await writeFile(join(folder, 'pyvenv.cfg'), `home = /usr/bin\nversion = ${version}\n`);
    if (complete) await writeFile(join(folder, 'complete'), '');
    return folder;
  }
  interface Made {
    version: string;
    made?: string;
    complete?: boolean;
  }

  it('finds the environment of these requirements', async () => {
    const cache = await scratchDir();
    const folder = await environment(cache, { version: '3.11.7' });
    expect(await madePython(cache, REQUIREMENTS)).toBe(join(folder, 'bin', 'python'));
  });

  it.each([
    ['that is not complete', { version: '3.11.7', complete: false }],
    ['of other requirements or another Python', { version: '3.11.7', made: '3.12.1' }],
  ])('finds none %s', async (_, made) => {
    const cache = await scratchDir();
    await environment(cache, made);
    expect(await madePython(cache, REQUIREMENTS)).toBeUndefined();
  });

  it('finds none where there is no cache, or no such file of requirements', async () => {
    const cache = await scratchDir();
    expect(await madePython(join(cache, 'absent'), REQUIREMENTS)).toBeUndefined();
    expect(await madePython(cache, 'absent.txt')).toBeUndefined();
  });
});
