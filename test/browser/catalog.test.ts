import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { HOSTILE, preparedDigits } from '../catalog/prepared.js';
import { emptyFolder } from '../fixtures/folder.js';
import { seenDataset } from './dataset.js';
import { openPage, overflow, PHONE, seriousFindings } from './page.js';

/** The rows of the examples' table that are shown: index and label. */
async function shownRows(page: Page): Promise<{ index: number; label: number }[]> {
  const rows = await page.locator('#examples-table tbody tr:visible').all();
  const cells = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
  return cells.map(([index, , label]) => ({ index: Number(index), label: Number(label) }));
}

/** Widths of the images that are shown, once each is decoded. */
function imageWidths(page: Page): Promise<number[]> {
  return page.evaluate<number[]>(`Promise.all(
    Array.from(document.querySelectorAll('#examples-table tr:not([hidden]) img'), async (image) => {
      image.loading = 'eager';
      await image.decode();
      return image.naturalWidth;
    }),
  )`);
}

const indices = async (page: Page): Promise<number[]> => (await shownRows(page)).map(({ index }) => index);

it('has a table that is sorted, filtered and continued, from a file: URL', async (context) => {
  const { directory, rows } = await seenDataset();
  const { folder } = await writeCatalog(directory, { explorer: false });
  const url = pathToFileURL(join(folder, 'catalog.html')).href;
  const { page, faults } = await openPage(context, folder, url);
  const firstTen = Array.from({ length: 10 }, (_, at) => at);
  expect(await indices(page)).toEqual(firstTen);
  await page.getByText(`The first 500 of ${rows.train.toLocaleString('en')} examples`).waitFor();

  const more = page.getByRole('button', { name: 'Show more' });
  await more.click();
  expect(await indices(page)).toHaveLength(35);
  await page.getByText('35 of 500 shown').waitFor();

  await page.getByRole('button', { name: 'label' }).click();
  const byLabel = await shownRows(page);
  expect(byLabel[0]?.label).toBe(0);
  expect(byLabel).toEqual(byLabel.toSorted((a, b) => a.label - b.label || a.index - b.index));
  expect(await page.locator('th[data-key=label]').getAttribute('aria-sort')).toBe('ascending');
  expect(await page.locator('th[data-key=index]').getAttribute('aria-sort')).toBe('none');
  await page.getByRole('button', { name: 'label' }).press('Enter');
  expect((await shownRows(page))[0]?.label).toBe(9);

  await page.getByRole('button', { name: 'index' }).click();
  for (let label = 0; label < 10; label++) {
    await page.getByLabel('label', { exact: true }).selectOption(String(label));
    const ofLabel = await shownRows(page);
    expect(ofLabel).toHaveLength(10);
    expect(ofLabel.every((row) => row.label === label)).toBe(true);
    expect(await imageWidths(page)).toEqual(new Array(10).fill(28));
  }
  while (await more.isVisible()) await more.click();
  const nines = await shownRows(page);
  expect(nines.length).toBeGreaterThan(30);
  await page.getByText(`${nines.length} of ${nines.length} shown`).waitFor();
  await page.getByLabel('label', { exact: true }).selectOption('all');
  expect(await indices(page)).toEqual(firstTen);
  expect(faults).toEqual([]);
});

it.for([
  ['light', undefined],
  ['dark', undefined],
  ['light', PHONE],
  ['dark', PHONE],
] as const)('can be read by everybody: %s, %o', async ([colorScheme, window], context) => {
  const { description, citation, homepage, classNames } = HOSTILE;
  const hostile = { description, citation, homepage, classNames: [...classNames] };
  const folder = await emptyFolder();
  const { folder: catalog } = await writeCatalog(await preparedDigits(folder, hostile));
  const { page, faults } = await openPage(context, catalog, 'catalog.html', { ...window, colorScheme });
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  await page.getByRole('button', { name: 'label' }).click();
  expect(await page.getByLabel('label', { exact: true }).locator('option').allInnerTexts()).toContain(
    '4 (</select><script>alert(6)</script>)',
  );
  expect(await seriousFindings(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  expect({ faults, dialogs }).toEqual({ faults: [], dialogs: 0 });
});

it('has a figure that a browser draws, as SVG and as PNG', async (context) => {
  const { folder } = await writeCatalog(await preparedDigits(await emptyFolder()), { explorer: false });
  for (const [file, sides] of [
    ['figure.svg', [600, 702]],
    ['figure.png', [600, 702]],
  ] as const) {
    const bytes = await readFile(join(folder, file));
    const type = file.endsWith('svg') ? 'image/svg+xml' : 'image/png';
    const { page, faults } = await openPage(context, folder, 'catalog.html');
    const drawn = await page.evaluate<number[]>(
      `new Promise((resolve, reject) => {
        const image = new Image();
        image.onload = () => resolve([image.naturalWidth, image.naturalHeight]);
        image.onerror = () => reject(new Error('not drawn'));
        image.src = ${JSON.stringify(`data:${type};base64,${bytes.toString('base64')}`)};
      })`,
    );
    expect(drawn).toEqual(sides);
    expect(faults).toEqual([]);
  }
});
