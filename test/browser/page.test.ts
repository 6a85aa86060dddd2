import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptyFolder } from '../fixtures/folder.js';
import { openPage, overflow, PHONE, seriousFindings } from './page.js';

const HEAD =
  '<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">';

it('finds nothing about a page that is well, and sees a range answered', async (context) => {
  const folder = await emptyFolder();
  await writeFile(
    join(folder, 'rows.bin'),
    Uint8Array.from({ length: 100 }, (_, at) => at),
  );
  await writeFile(
    join(folder, 'page.html'),
    `${HEAD}<main><h1>Well</h1><p id="said"></p></main><script>
      fetch('rows.bin', { headers: { range: 'bytes=10-12' } })
        .then((response) => response.arrayBuffer())
        .then((bytes) => { said.textContent = new Uint8Array(bytes).join(); });
    </script>`,
  );
  const { page, faults, responses } = await openPage(context, folder, 'page.html', PHONE);
  await page.getByText('10,11,12').waitFor();
  expect(responses.map((response) => response.status())).toEqual([200, 206]);
  expect(await seriousFindings(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
  expect(faults).toEqual([]);
});

it('finds what is wrong with one that is not', async (context) => {
  const folder = await emptyFolder();
  await writeFile(
    join(folder, 'page.html'),
    `${HEAD}<main><h1>Not well</h1><img src="none.png"><div style="width: 500px">wide</div></main><script>
      console.error('said');
      fetch('http://example.com/').catch(() => {});
      throw new Error('thrown');
    </script>`,
  );
  const { page, faults } = await openPage(context, folder, 'page.html', PHONE);
  await expect.poll(() => faults.join('\n')).toContain('example.com/ failed');
  expect(faults.join('\n')).toMatch(/error: said/);
  expect(faults.join('\n')).toMatch(/exception: thrown/);
  expect(faults.join('\n')).toMatch(/none\.png was answered with 404/);
  expect(await seriousFindings(page)).toEqual([expect.stringContaining('image-alt')]);
  expect(await overflow(page)).toBeGreaterThan(100);
});
