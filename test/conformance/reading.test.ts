import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { type Snippet, snippets } from '../reading.js';
import { given } from './given.js';
import { prepare } from './prepared.js';
import { runSnippet } from './run-snippet.js';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder with MNIST in `data`, as the page has it. */
let made: Promise<string> | undefined;
function folderWithMnist(context: TestContext): Promise<string> {
  const archives = given(context, 'archives', 'mnist');
  made ??= (async () => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'idx-shards-reading-')));
    folders.push(folder);
    await prepare(join(folder, 'data'), ['--archives', archives], join(folder, 'cache'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    return folder;
  })();
  return made;
}

describe('the blocks of docs/reading.md', async () => {
  const all = await snippets();
  const isRun = ({ output }: Snippet): boolean => output !== undefined;

  it('are as many as they were', () => {
    expect([all.filter(isRun).length, all.length]).toEqual([12, 13]);
  });

  it.for(all.filter(isRun).map((snippet) => [snippet.name, snippet] as const))(
    'print on MNIST what the page says: %s',
    async ([, snippet], context) => {
      const folder = await folderWithMnist(context);
      const { code, stdout, stderr } = await runSnippet(context, snippet, folder);
      expect(code, stderr.slice(-3000)).toBe(0);
      expect(stdout.replaceAll(/[ \t]+$/gm, '').trim()).toBe(snippet.output?.trim());
    },
  );
});
