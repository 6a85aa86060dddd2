import { escapeHtml } from './html.js';
import type { Section, SectionContent } from './sections.js';
import type { CatalogTexts } from './source.js';

/**
 * `catalog.md`: TFDS's page of a data set in Markdown, with its block of schema.org microdata. What a definition says cannot
 * become HTML in it, nor end a block of code.
 *
 * @param examples the first rows for the section of this name, as cells; none where there are no images to show
 */
export function catalogMarkdown(
  source: CatalogTexts,
  sections: readonly Section[],
  { figure, examples }: { figure: boolean; examples: readonly (readonly string[])[] },
): string {
  const shown = (content: SectionContent): string => {
    if (content.kind === 'figure')
      return figure ? '\n\n<img src="figure.png" alt="Visualization" width="500px">' : ' Not supported.';
    if (content.kind === 'examples')
      return examples.length === 0 ? ' Missing.' : `\n\n${exampleTable(examples)}`;
    return contentText(content);
  };
  const parts = sections.map(({ name, more, content }) => {
    const behind = more === undefined ? '' : ` (${more.before ?? ''}[${more.text}](${more.url}))`;
    return `*   **${name}**${behind}:${shown(content)}\n`;
  });
  return `${microdata(source)}\n# \`${source.id}\`\n\n${parts.join('\n')}`;
}

function contentText(content: Exclude<SectionContent, { kind: 'figure' | 'examples' }>): string {
  switch (content.kind) {
    case 'prose':
      return `\n\n${plain(content.text)}`;
    case 'inline':
      return ` ${plain(content.text)}`;
    case 'literal':
      return ` \`${content.text.replaceAll('`', "'")}\``;
    case 'code':
      return `\n\n${fenced(content.text, content.language ?? '')}`;
    case 'link': {
      const text = content.isCode ? `\`${content.text}\`` : plain(content.text);
      return isWebAddress(content.url) ? ` [${text}](${addressOf(content.url)})` : ` ${text}`;
    }
    case 'versions': {
      const lines = content.versions.map(({ version, isDefault, notes }) => {
        const name = isDefault ? `**\`${version}\`** (default)` : `\`${version}\``;
        return `    * ${name}: ${plain(notes)}`;
      });
      return `\n\n${lines.join('\n')}`;
    }
    case 'splits': {
      const rows = content.rows.map(({ split, examples }) => `\`'${split}'\` | ${examples}`);
      return `\n\n${['Split  | Examples', ':----- | -------:', ...rows].join('\n')}`;
    }
    case 'features':
      return `\n\n${table(content.columns, content.rows)}`;
  }
}

/** Cells hold the names of classes, but that of an image, which is a tag. */
function exampleTable([columns = [], ...rows]: readonly (readonly string[])[]): string {
  const cell = (text: string): string => plain(text).replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
  const image = /^<img src="data:[^"<>]*" alt="[\w ]*">$/;
  return table(
    columns,
    rows.map((cells) => cells.map((text) => (image.test(text) ? text : cell(text)))),
  );
}

/** A table as TFDS writes it, without bars at its sides. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = columns.map((column) => `:${'-'.repeat(Math.max(1, column.length - 1))}`);
  return [columns, line, ...rows]
    .map((cells) => cells.join(' | '))
    .join('\n')
    .trim();
}

/** Prose is Markdown as its author wrote it, but for tags, which are shown and not obeyed. */
function plain(text: string): string {
  return text.replaceAll('<', '&lt;');
}

function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Whether an address is one of the web: `javascript:` is a URL too. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}

/** What would end a link in Markdown, as its escapes. */
function addressOf(url: string): string {
  return url.replace(/[()<>\s]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function microdata({ id, info }: CatalogTexts): string {
  const [homepage] = info.urls;
  const meta = (property: string, content: string | undefined): string =>
    content === undefined || content === ''
      ? ''
      : `  <meta itemprop="${property}" content="${escapeHtml(content).replaceAll('\n', '&#10;')}" />\n`;
  return [
    '<div itemscope itemtype="http://schema.org/Dataset">\n',
    meta('name', id),
    meta('description', info.description),
    meta('version', info.version),
    meta('sameAs', homepage !== undefined && isWebAddress(homepage) ? homepage : undefined),
    meta('citation', info.citation),
    '</div>\n',
  ].join('');
}
