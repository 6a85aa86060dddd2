import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page, type Response } from 'playwright-core';
import type { TestContext } from 'vitest';
import { serveFolder } from '../../src/catalog/explorer/serve.js';
import { chromiumPath } from '../conformance/readers.js';

/** A page in a browser, and what came of it. */
export interface OpenPage {
  page: Page;
  /** Errors of the console, exceptions, requests that failed or went elsewhere; a page that is well has none. */
  faults: string[];
  /** What the server answered, in order. */
  responses: Response[];
}

/** How a page is looked at. */
export interface Looking {
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

/** The width of a phone. */
export const PHONE = { width: 390, height: 844 };

/**
 * Opens a page of a folder, which is served to this machine on a free port, in a Chromium without a window and without any
 * other network. All of it ends with the test. Skips the test where there is no Chromium.
 *
 * @param path of the page within the folder: `catalog/explorer.html`; or a `file:` URL, which is opened as it is
 */
export async function openPage(
  context: TestContext,
  folder: string,
  path: string,
  { width = 1280, height = 900, colorScheme = 'light' }: Looking = {},
): Promise<OpenPage> {
  const executablePath = await chromiumPath(context);
  const served = await serveFolder(folder);
  context.onTestFinished(() => served.close());
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-dev-shm-usage'],
  });
  context.onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
  const opened: OpenPage = { page, faults: [], responses: [] };
  const url = path.startsWith('file:') ? path : new URL(path, served.url).href;
  watch(opened, path.startsWith('file:') ? 'file:' : served.url);
  await page.goto(url);
  return opened;
}

function watch({ page, faults, responses }: OpenPage, home: string): void {
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = request.url();
    if (![home, 'data:', 'blob:'].some((start) => url.startsWith(start))) faults.push(`asked for ${url}`);
  });
  page.on('requestfailed', (request) =>
    faults.push(`${request.url()} failed: ${request.failure()?.errorText}`),
  );
  page.on('response', (response) => {
    responses.push(response);
    if (response.status() >= 400) faults.push(`${response.url()} was answered with ${response.status()}`);
  });
}

const AXE = fileURLToPath(import.meta.resolve('axe-core/axe.min.js'));

/** What axe finds serious or worse about a page's accessibility: rule, what it says, and where. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  const violations = await page.evaluate<
    { id: string; impact: string; help: string; nodes: { target: string[] }[] }[]
  >('axe.run().then(({ violations }) => violations)');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    );
}

/** How many pixels a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}
