import { describe, expect, it } from 'vitest';
import { catalogMarkdown } from '../../src/catalog/markdown.js';
import { catalogSections } from '../../src/catalog/sections.js';
import { HOSTILE } from './prepared.js';
import { mnistTexts } from './texts.js';

function page(texts = mnistTexts(), examples: string[][] = []): string {
  return catalogMarkdown(texts, catalogSections(texts), { figure: true, examples });
}

/** The text of a section, from its name on. */
function section(text: string, name: string): string | undefined {
  return text.split('\n*   **').find((part) => part.startsWith(`${name}**`));
}

describe('catalog.md', () => {
  it('has the sections of TFDS in its order', () => {
    const names = Array.from(page().matchAll(/^\* {3}\*\*(.+?)\*\*/gm), ([, name]) => name);
    expect(names).toEqual([
      'Description',
      'Homepage',
      'Source code',
      'Versions',
      'Download size',
      'Dataset size',
      'Auto-cached',
      'Splits',
      'Feature structure',
      'Feature documentation',
      'Supervised keys',
      'Figure',
      'Examples',
      'Citation',
    ]);
  });

  it('has the values that TFDS publishes of MNIST', () => {
    const text = page();
    expect(section(text, 'Download size')).toContain('`11.06 MiB`');
    expect(section(text, 'Dataset size')).toContain('`21.00 MiB`');
    expect(section(text, 'Auto-cached')).toMatch(/: Yes\n$/);
    expect(section(text, 'Splits')).toContain("`'test'` | 10,000\n`'train'` | 60,000");
  });

  it('leaves out what there is not', () => {
    const texts = mnistTexts({
      citation: undefined,
      urls: [],
      moduleName: undefined,
      downloadSize: undefined,
    });
    const text = page({ ...texts, info: { ...texts.info, supervisedKeys: [] } });
    expect(text).not.toContain('**Citation**');
    expect(text).not.toContain('**Homepage**');
    expect(text).toContain('**Source code**: Missing.');
    expect(text).toContain('**Download size**: `Unknown size`');
    expect(section(text, 'Supervised keys')).toContain(': `None`');
  });

  it('lists versions in their order, with what is new in each', () => {
    const text = page(
      mnistTexts({ version: '3.1.0', releaseNotes: { '3.0.10': 'Ten.', '3.0.9': 'Nine.', '3.1.0': 'New.' } }),
    );
    expect(text).toContain('    * `3.0.9`: Nine.\n    * `3.0.10`: Ten.\n    * **`3.1.0`** (default): New.');
  });

  it('lets no definition write HTML, end a block of code or link to a script', () => {
    const { description, citation, homepage } = HOSTILE;
    const text = page(mnistTexts({ description, citation, urls: [homepage] }), [
      ['index', 'label'],
      ['0', 'a|b<i>\n'],
    ]);
    expect(section(text, 'Description')).not.toContain('<');
    expect(section(text, 'Homepage')).toBe('Homepage**: javascript:alert(4)\n');
    expect(section(text, 'Citation')).toMatch(/^Citation\*\*:\n\n````\n[\s\S]*\n````\n$/);
    expect(text.match(/<script/g)).toHaveLength(1); // within the block of the citation
    expect(text).toContain('0 | a\\|b&lt;i>');
  });
});
