import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FILES, smallArchives } from '../fixtures/archives.js';
import { run } from '../fixtures/cli.js';
import { everythingIn } from '../fixtures/folder.js';
import { type OwnDataset, ownDataset } from '../fixtures/own-dataset.js';
import { sample } from '../sample.js';

/** util-linux's `script` gives a program a terminal; that of BSD and macOS takes other words. */
const hasScript =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

/** What a terminal sees of a run on `own`: stdout goes to a file unless `words` say otherwise. */
async function onTerminal({ folder }: OwnDataset, words: string, env: Record<string, string> = {}) {
  const command = `"${process.execPath}" package/dist/scripts/idx-shards.js prepare --dataset own --out out ${words}`;
  return run('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { TERM: 'xterm-256color', ...env },
  });
}

/** A code that colours what follows, or ends that (ECMA-48, SGR). */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;:]*m`);
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

describe.skipIf(!hasScript)('on a terminal', () => {
  it('bars show the progress on stderr, and the cursor is there again at the end', async () => {
    const own = await ownDataset(smallArchives());
    const { code, stdout: seen } = await onTerminal(own, '--archives archives >result');
    expect(code).toBe(0);
    expect(seen).toMatch(/encode {3}#{30} 100% {2}50 of 50 rows, [\d,]+ rows\/s/);
    expect(seen).toMatch(/write {4}#{30} 100% {2}6 of 6 files/);
    expect(seen).not.toContain('Prepared');
    expect(seen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(seen.lastIndexOf(HIDE_CURSOR));
    expect(await everythingIn(own.target)).toHaveLength(10);
  });

  it.each(sample([{}, { NO_COLOR: '1' }], 1))('there are no colours: %j', async (env) => {
    const own = await ownDataset(smallArchives());
    const { code, stdout: seen } = await onTerminal(own, '--archives archives', env);
    expect(code).toBe(0);
    expect(seen).toContain('encode   #');
    expect(seen).toContain('Prepared own 1.0.0');
    expect(seen).not.toMatch(COLOUR);
  });

  it('--quiet draws no bars', async () => {
    const own = await ownDataset(smallArchives());
    const { stdout: seen } = await onTerminal(own, '--archives archives --quiet');
    expect(seen).toBe('out/own/1.0.0\r\n');
  });

  it('an error stands below the bars, with the cursor back', async () => {
    const archives = smallArchives();
    const own = await ownDataset(archives);
    const damaged = Buffer.from(archives.get(FILES.testImages) ?? []).fill(7, 200);
    await writeFile(join(own.folder, 'archives', FILES.testImages), damaged);
    const { code, stdout: seen } = await onTerminal(own, '--archives archives');
    expect(code).toBe(4);
    expect(seen.slice(seen.lastIndexOf(SHOW_CURSOR) + 1)).toMatch(/\r\nerror: .*\[ARCHIVE_CHECKSUM\]\r\n/);
    expect(await everythingIn(own.folder)).not.toContain('out/');
  });

  it('a whole data set at the target is said to be there, and no bar is begun', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare()).code).toBe(0);
    const { code, stdout: seen } = await onTerminal(own, '--archives archives');
    expect(code).toBe(0);
    expect(seen).toMatch(/^own 1\.0\.0 is there already/);
  });

  it('what stands at the target and will be replaced is said', async () => {
    const own = await ownDataset(smallArchives());
    expect((await own.prepare()).code).toBe(0);
    await rm(join(own.target, 'features.json'));
    const { stdout: seen } = await onTerminal(own, '--archives archives --overwrite');
    expect(seen).toContain(
      'will be replaced: it holds own 1.0.0 as idx-shards writes it, of which features.json is missing',
    );
  });
});
