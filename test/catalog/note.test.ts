import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { loadDefinition, prepare } from '../../src/index.js';
import { definitionOf, smallArchives, writeArchives } from '../fixtures/archives.js';
import { PROGRAM, run } from '../fixtures/cli.js';
import { emptyFolder } from '../fixtures/folder.js';

const NOTE = 'Mind the gap: `a` and <b>.';

/** A small data set, with a note of its own, or with another name. */
async function prepared(otherwise: Parameters<typeof definitionOf>[1]): Promise<string> {
  const archives = smallArchives();
  const folder = await emptyFolder();
  await writeArchives(folder, archives);
  const settings = { out: join(folder, 'out'), archives: folder, cacheDir: join(folder, 'cache') };
  const definition = definitionOf(archives, otherwise);
  return (await prepare(definition, { ...settings, formats: ['tfrecord'], workers: 1 })).directory;
}

async function textsOf(directory: string): Promise<{ page: string; markdown: string; shown: string }> {
  const { folder } = await writeCatalog(directory, { explorer: false });
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');
  const { stderr } = await run(process.execPath, [PROGRAM, 'show', directory, '--split', 'train[:1]']);
  return { page: await read('catalog.html'), markdown: await read('catalog.md'), shown: stderr };
}

describe('the note of a definition', () => {
  it('stands on the card, on the catalog page and below what is shown, and not in dataset_info.json', async () => {
    const directory = await prepared({ note: NOTE });
    expect(await readFile(join(directory, 'README.md'), 'utf8')).toContain(`\n\n**Note:** ${NOTE}\n\n`);
    expect(await readFile(join(directory, 'dataset_info.json'), 'utf8')).not.toContain('gap');
    const { page, markdown, shown } = await textsOf(directory);
    expect(page).toMatch(/Mind the gap: .*a.* and &lt;b&gt;\./);
    expect(markdown).toContain('*   **Note**: Mind the gap');
    expect(shown).toBe(`Note: ${NOTE}\n`);
    const words = [PROGRAM, 'show', directory, '--split', 'train[:1]', '--quiet'];
    expect((await run(process.execPath, words)).stderr).toBe('');
  });

  it('is nowhere where there is none', async () => {
    const { page, markdown, shown } = await textsOf(await prepared({}));
    expect(page + markdown).not.toMatch(/\bNote\b/);
    expect(shown).toBe('');
  });

  it('says of EMNIST how its images lie, also where TFDS has prepared it, which writes no card', async () => {
    const { name, version, config, defaultConfig, note = '' } = await loadDefinition('emnist/letters');
    expect(note).toMatch(/on their side.*transpose/);
    const directory = await prepared({ name, version, config, defaultConfig });
    for (const file of ['README.md', 'SHA256SUMS']) await rm(join(directory, file));
    const { markdown, shown } = await textsOf(directory);
    expect(markdown).toContain(`*   **Note**: ${note}`);
    expect(shown).toBe(`Note: ${note}\n`);
  });
});
