import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROJECT, run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';
import { smallDigits } from '../verify/small-digits.js';

describe('the example of load in the README', () => {
  it('runs, with the digits in the place of MNIST', async () => {
    const readme = await readFile(join(PROJECT, 'README.md'), 'utf8');
    const [example = '', ...others] = [
      ...readme.matchAll(/^```ts\n([^`]*\bload\((?:[^`]|`(?!``))*)^```$/gm),
    ].map(([, code]) => code);
    expect(others).toEqual([]);
    const folder = await emptyFolder();
    await smallDigits(folder);
    const library = pathToFileURL(join(PROJECT, 'dist/src/index.js')).href;
    const code = example
      .replace("'idx-shards'", `'${library}'`)
      .replaceAll("'./data", `'${join(folder, 'out')}`)
      .replaceAll("'mnist'", "'digits'")
      .replaceAll('/mnist/3.0.1', '/digits/1.0.0');
    await writeFile(join(folder, 'example.mjs'), `${code}\nconsole.log(table.numRows);\n`);
    const {
      code: exit,
      stdout,
      stderr,
    } = await run(process.execPath, [join(folder, 'example.mjs')], { cwd: folder });
    expect([exit, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^0 \d \[ 28, 28, 1 \] 784$/);
    expect(lines[1]).toMatch(/^1 \d \[ 28, 28, 1 \] 784$/);
    expect(lines[2]).toMatch(/^\[ 4, 28, 28, 1 \] Int32Array\(4\) \[( \d,?){4} \]$/);
    expect(lines.slice(3)).toEqual(["[ 'train: 90', 'test: 20' ] 7", '20', '']);
  });
});
