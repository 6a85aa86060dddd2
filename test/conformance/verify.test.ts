import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROGRAM, run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { given } from './given.js';
import { prepare } from './prepared.js';

describe('MNIST', () => {
  it('is whole and right in every format, against its archives', async (context) => {
    const archives = given(context, 'archives/mnist');
    const folder = await emptyFolder();
    const formats = 'tfrecord,arrow,parquet,array_record';
    const directory = await prepare(folder, ['--archives', archives, '--formats', formats]);
    const words = [PROGRAM, 'verify', directory, '--deep', '--archives', archives];
    const { code, stdout, stderr } = await run(process.execPath, words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^mnist 3\.0\.1 is whole and right, every row of it: 12 files/);
    expect(stdout).not.toContain('not checked');
  });

  it('is made again as the lock has it, and digits beside it', async (context) => {
    const archives = given(context, 'archives');
    const env = { IDX_SHARDS_CACHE: join(await emptyFolder(), 'cache') };
    const words = [PROGRAM, 'regenerate', '--archives', archives];
    expect(await run(process.execPath, words, { env })).toEqual({
      code: 0,
      stderr: '',
      stdout: 'digits: 12 files, each as the lock has it\nmnist: 12 files, each as the lock has it\n',
    });
  });
});
