import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCatalog } from '../../src/catalog/write.js';
import { emptyFolder, newFolder } from '../fixtures/folder.js';
import { HOSTILE, preparedDigits } from './prepared.js';

/** The page of a data set. */
async function pageOf(directory: string): Promise<string> {
  const { folder } = await writeCatalog(directory, { explorer: false });
  return readFile(join(folder, 'catalog.html'), 'utf8');
}

describe('catalog.html', () => {
  let folder: string;
  let text: string;
  beforeAll(async () => {
    folder = await newFolder();
    text = await pageOf(await preparedDigits(folder, { citation: '@misc{digits}' }));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('asks nothing of the network: images are within it, and its policy forbids the rest', () => {
    for (const [, address] of text.matchAll(/(?:\bsrc|<image[^>]* href|<link[^>]* href)="([^"]*)"/g))
      expect(address).toMatch(/^data:image\/png;base64,/);
    expect(text).not.toMatch(/@import|url\(/);
    const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(text) ?? [];
    const digest = createHash('sha256').update(script).digest('base64');
    expect(text).toContain(
      `content="default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;; script-src &#39;sha256-${digest}&#39;"`,
    );
  });

  it('has every example of the split in its table, in order, each with its image', () => {
    const rows = [
      ...text.matchAll(/<tr tabindex="-1" data-index="(\d+)" data-label="(\d)"><td>(\d+)<\/td><td><img /g),
    ];
    expect(rows.map(([, index]) => Number(index))).toEqual(Array.from({ length: 60 }, (_, at) => at));
    expect(text).toContain('The first 60 of 60 examples');
  });

  it('is a Dataset of schema.org', () => {
    expect(text).toContain('<body itemscope itemtype="https://schema.org/Dataset">');
    const properties = new Set(Array.from(text.matchAll(/itemprop="(\w+)"/g), ([, name]) => name));
    expect([...properties].sort()).toEqual(
      [
        'citation',
        'contentSize',
        'contentUrl',
        'description',
        'distribution',
        'name',
        'sha256',
        'version',
      ].sort(),
    );
  });

  it('shows what a definition says, and does nothing of it', async () => {
    const { classNames, description, citation, homepage } = HOSTILE;
    const otherwise = { description, citation, homepage, classNames: [...classNames] };
    const hostile = await pageOf(await preparedDigits(await emptyFolder(), otherwise));
    expect(hostile.match(/<script/g)).toHaveLength(1);
    expect(hostile).not.toMatch(/<(b|title)>[^<]*zero|<img src=x|onload="|href="javascript:/);
    expect(hostile).toContain('A &quot;quoted&quot; &lt;script&gt;alert(1)&lt;/script&gt; &amp;');
    expect(hostile).toContain('0 (&lt;b&gt;zero&lt;/b&gt;)');
    expect(hostile).toContain('7 (&amp;lt;seven&amp;gt;)');
    expect(hostile).toContain('6 (七)');
    expect(hostile).not.toContain('\u001b');
    // As many tags are closed as are opened.
    for (const tag of ['pre', 'code', 'table', 'select', 'svg', 'section', 'a', 'p'])
      expect(hostile.match(new RegExp(`<${tag}[ >]`, 'g'))?.length, tag).toBe(
        hostile.match(new RegExp(`</${tag}>`, 'g'))?.length,
      );
  });
});
