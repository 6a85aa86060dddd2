import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it, type TestContext } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { noise, prepareOwn } from '../catalog/explorer/own.js';
import { type SeenDataset, seenDataset } from './dataset.js';
import { type Looking, type OpenPage, openPage, overflow, PHONE, seriousFindings } from './page.js';

const PAGE = 'catalog/explorer.html';

async function explored(): Promise<SeenDataset> {
  const dataset = await seenDataset();
  await writeCatalog(dataset.directory);
  return dataset;
}

/** The explorer of a data set in a browser, with all that it shows at first. */
async function opened(context: TestContext, directory: string, looking?: Looking): Promise<OpenPage> {
  const open = await openPage(context, directory, PAGE, looking);
  await open.page.locator('#duplicates').waitFor();
  await untilDrawn(open.page);
  return open;
}

/** Waits until the grid has drawn all images that are seen. */
async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  await page.locator('#grid[aria-busy="false"]').waitFor();
}

/** How many different colors the grid's canvas has within a part of it, given as shares of its width and height. */
function colors(page: Page, [x, y, width, height]: readonly number[]): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('#grid canvas');
    const [width, height] = [Math.ceil(canvas.width * ${width}), Math.ceil(canvas.height * ${height})];
    // Read from a copy: a canvas that is read itself is drawn in another way from then on.
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, -canvas.width * ${x}, -canvas.height * ${y});
    const { data } = copy.getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  })()`);
}

it('shows counts, classes, histograms, the unusual and the near, and reads only parts of the shards', async (context) => {
  const { directory, name, rows } = await explored();
  const { page, faults, responses } = await opened(context, directory);
  expect(await page.title()).toMatch(new RegExp(`^${name} `));
  expect(await page.locator('#summary').textContent()).toContain(
    `${rows.train.toLocaleString('en-US')} train · ${rows.test.toLocaleString('en-US')} test · 10 classes`,
  );
  expect(await page.locator('#count').textContent()).toBe(
    `${(rows.train + rows.test).toLocaleString('en-US')} examples`,
  );
  await expect.poll(() => page.locator('#counts svg rect').count()).toBe(20);
  const cards = page.locator('#classes li');
  expect(await cards.allInnerTexts()).toEqual(
    Array.from({ length: 10 }, (_, label) =>
      expect.stringMatching(new RegExp(`^${label}\\s+[\\d,]+ examples$`)),
    ),
  );
  await expect.poll(() => page.locator('#histograms svg path').count()).toBeGreaterThanOrEqual(4);
  expect(await page.locator('#unusual li').count()).toBe(24);
  expect(await page.locator('#duplicates .pairs li').count()).toBeGreaterThan(60);
  await page.locator('#duplicates .pairs li').first().scrollIntoViewIfNeeded();
  await page.locator('#duplicates .tile canvas[data-drawn]').first().waitFor();

  const shards = responses.filter((response) => response.url().endsWith('.parquet'));
  expect(new Set(shards.map((response) => response.status()))).toEqual(new Set([206]));
  const whole = /^bytes 0-/;
  expect(
    shards.map((response) => response.headers()['content-range'] ?? '').filter((range) => whole.test(range)),
  ).toEqual([]);
  expect(faults).toEqual([]);
});

it('pages to the end, and finds by class and by index', async (context) => {
  const { directory, rows } = await explored();
  const { page, faults } = await opened(context, directory);
  const all = rows.train + rows.test;
  const grid = page.locator('#grid');
  expect(await colors(page, [0, 0, 1, 1])).toBeGreaterThan(50);
  await grid.focus();
  await page.keyboard.press('End');
  await untilDrawn(page);
  expect(await grid.getAttribute('data-shown')).toMatch(new RegExp(`-${all - 1}$`));
  expect(await page.locator('#cursor').textContent()).toMatch(
    new RegExp(`^test ${(rows.test - 1).toLocaleString('en-US')}, label \\d$`),
  );
  expect(await colors(page, [0, 0.5, 0.2, 0.4])).toBeGreaterThan(50);
  await page.keyboard.press('Home');
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowRight');
  await untilDrawn(page);
  expect(await grid.getAttribute('data-shown')).not.toMatch(/^0-/);

  await page.locator('#browse').getByRole('combobox', { name: 'Class' }).selectOption('7');
  await untilDrawn(page);
  const sevens = Number((await page.locator('#count').innerText()).replace(/\D/g, ''));
  expect(sevens).toBeGreaterThan(all / 20);
  expect(sevens).toBeLessThan(all / 5);
  await grid.focus();
  for (const key of ['ArrowRight', 'ArrowDown', 'PageDown', 'End']) {
    await page.keyboard.press(key);
    await expect.poll(() => page.locator('#cursor').textContent()).toMatch(/, label 7$/);
  }

  await page.getByRole('combobox', { name: 'Split' }).selectOption('test');
  await page.getByRole('textbox', { name: 'Index' }).fill('123');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('#cursor').textContent()).toMatch(/^test 123, label \d$/);
  await page.getByRole('textbox', { name: 'Index' }).fill(String(rows.test));
  await page.getByRole('button', { name: 'Go' }).click();
  expect(await page.getByRole('alert').textContent()).toBe(
    `test has the indices 0 to ${(rows.test - 1).toLocaleString('en-US')}.`,
  );
  expect(faults).toEqual([]);
});

it('shows one example whole, by a click and by the keyboard', async (context) => {
  const { directory } = await explored();
  const { page, faults } = await opened(context, directory);
  await page.locator('#grid').click({ position: { x: 30, y: 30 } });
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('img').waitFor();
  expect(await dialog.innerText()).toMatch(
    /train 0, label \d[\s\S]*train\/\d{8}\.png[\s\S]*28 x 28, \d+ bytes/,
  );
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => dialog.getByRole('heading').innerText()).toMatch(/^train 1, /);
  expect(await seriousFindings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(false);
  await page.locator('#unusual .tile').first().click();
  await dialog.getByRole('img').waitFor();
  expect(faults).toEqual([]);
});

it.for([
  ['light', { width: 1280, height: 900 }],
  ['dark', PHONE],
] as const)('is accessible, and no wider than its window: %s', async ([colorScheme, size], context) => {
  const { directory } = await explored();
  const { page, faults } = await opened(context, directory, { colorScheme, ...size });
  expect(await overflow(page)).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

it('takes names for text, whatever they are', async (context) => {
  const rows = 20;
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % 2);
  const split = { name: 'train', rows, labels, images: noise(rows * 12 * 12 * 3) };
  const classNames = ['<img src=x onerror=alert(1)>', '</script><b>&amp;"'];
  const directory = await prepareOwn(
    [split],
    [12, 12, 3],
    { numShards: 2, compression: 'zstd' },
    { classNames },
  );
  await writeCatalog(directory);
  const { page, faults } = await opened(context, directory);
  expect(await page.locator('#classes li').allInnerTexts()).toEqual(
    classNames.map((name) => expect.stringContaining(name)),
  );
  await page.locator('#grid').focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('#cursor').textContent()).toMatch(/^train 1, label (<img|<\/script)/);
  expect(await page.locator('img, main b').count()).toBe(0);
  expect(await colors(page, [0, 0, 0.4, 0.4])).toBeGreaterThan(50);
  expect(await seriousFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

it('shows what there is of a data set without Parquet, and says what is missing', async (context) => {
  const rows = 20;
  const split = { name: 'train', rows, images: noise(rows * 64) };
  const directory = await prepareOwn([split], [8, 8], { formats: ['tfrecord'] });
  await writeCatalog(directory);
  const { page, faults } = await openPage(context, directory, PAGE);
  await page.getByText('this data set has none: prepare it with').waitFor();
  expect(await page.locator('#counts, #classes, #histograms').count()).toBe(3);
  expect(await page.locator('#grid').count()).toBe(0);
  expect(faults).toEqual([]);
});

it('says of tensors that it shows images', async (context) => {
  const directory = await prepareOwn(
    [{ name: 'train', rows: 5, images: new Uint8Array(5 * 16) }],
    [4],
    {},
    { type: 13 },
  );
  await writeCatalog(directory);
  const { page, faults } = await openPage(context, directory, PAGE);
  await page.getByText('tensor of float32, shape (4)').waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  expect(faults).toEqual([]);
});

it('says what to do where it was opened as a file', async (context) => {
  const directory = await prepareOwn([{ name: 'train', rows: 5, images: noise(5 * 64) }], [8, 8]);
  const { folder } = await writeCatalog(directory);
  const { page } = await openPage(context, folder, pathToFileURL(join(folder, 'explorer.html')).href, PHONE);
  expect(await page.getByRole('status').innerText()).toMatch(/npx serve[\s\S]*python3 -m http\.server/);
  expect(await overflow(page)).toBe(0);
  expect(await seriousFindings(page)).toEqual([]);
});

it('says where a shard is another one than it was', async (context) => {
  const split = { name: 'train', rows: 20, images: noise(20 * 64) };
  const directory = await prepareOwn([split], [8, 8]);
  await writeCatalog(directory);
  const other = await prepareOwn([{ ...split, rows: 10, images: noise(10 * 64) }], [8, 8]);
  const file = 'own-train-00000-of-00001.parquet';
  await cp(join(other, file), join(directory, file));
  const { page } = await openPage(context, directory, PAGE);
  await page.getByText(/had \d+ when this page was written: write it again/).waitFor();
  expect(await page.locator('#content').innerText()).not.toContain('Reading');
});

it('leaves images to the browser where the server’s policy forbids WebAssembly, and draws the same', async (context) => {
  const split = { name: 'train', rows: 20, images: noise(20 * 64) };
  const directory = await prepareOwn([split], [8, 8]);
  await writeCatalog(directory);
  const { page } = await opened(context, directory);
  const drawn = () => page.evaluate<string>(`document.querySelector('#grid canvas').toDataURL()`);
  const own = await drawn();
  let isAsked = false;
  await page.route('**/explorer-worker.js', async (route) => {
    isAsked = true;
    const headers = { 'content-security-policy': "script-src 'self'", 'content-type': 'text/javascript' };
    await route.fulfill({ path: join(directory, 'catalog', 'explorer-worker.js'), headers });
  });
  await page.reload();
  await page.locator('#duplicates').waitFor();
  await untilDrawn(page);
  await expect.poll(drawn).toBe(own);
  expect(isAsked).toBe(true);
});

it('reads whole files from a server that does not do ranges', async (context) => {
  const split = { name: 'train', rows: 20, images: noise(20 * 4096) };
  const directory = await prepareOwn([split], [64, 64]);
  await writeCatalog(directory);
  const { page, faults } = await opened(context, directory);
  // As `python3 -m http.server` does: what is asked for is not heard.
  await page.route('**/*.parquet', (route) =>
    route.fulfill({ path: join(directory, 'own-train-00000-of-00001.parquet') }),
  );
  await page.reload();
  await page.getByText('The server gives whole files').waitFor();
  await untilDrawn(page);
  expect(await colors(page, [0, 0, 0.5, 0.5])).toBeGreaterThan(50);
  expect(faults).toEqual([]);
});
