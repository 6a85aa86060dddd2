import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serveFolder } from '../../src/catalog/explorer/serve.js';
import { ended, PROGRAM, run, start, untilEvent } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';

async function withPage(): Promise<string> {
  const folder = await emptyFolder();
  await mkdir(join(folder, 'catalog'));
  await writeFile(join(folder, 'catalog', 'explorer.html'), 'the page');
  return folder;
}

describe('explore', () => {
  it('serves the page until it is interrupted', async () => {
    const child = start(process.execPath, [PROGRAM, 'explore', await withPage(), '--json']);
    const [line] = await Promise.all([once(child.stdout, 'data'), untilEvent(child, 'serving')]);
    const { url }: { url: string } = JSON.parse(String(line));
    expect(await (await fetch(url)).text()).toBe('the page');
    const end = ended(child);
    child.kill('SIGINT');
    expect((await end).code).toBe(0);
  });

  it('says where there is no page', async () => {
    const folder = await emptyFolder();
    const { code, stdout, stderr } = await run(process.execPath, [PROGRAM, 'explore', folder]);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain(`idx-shards catalog ${folder} (or npm run catalog -- ${folder})`);
  });

  it('says that a port is taken', async () => {
    const folder = await withPage();
    const other = await serveFolder(folder);
    const { port } = new URL(other.url);
    const { code, stdout, stderr } = await run(process.execPath, [
      PROGRAM,
      'explore',
      folder,
      '--port',
      port,
    ]);
    await other.close();
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toContain(`error: the port ${port} is taken [DISK]\n`);
    expect(stderr).toContain('next:     Choose another --port, or leave it out.\n');
  });

  it.each([[[]], [['.', '--port', '0']], [['.', '--nope']], [['.', '..']]])('refuses %j', async (words) => {
    expect((await run(process.execPath, [PROGRAM, 'explore', ...words])).code).toBe(2);
  });
});
