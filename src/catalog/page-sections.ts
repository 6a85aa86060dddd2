import { type Child, type Html, html } from './html.js';
import { isWebAddress } from './markdown.js';
import type { Section, SectionContent } from './sections.js';

/**
 * A section of the page.
 *
 * @param inner what stands in it, where it is more than the section itself tells
 */
export function sectionHtml({ name, more, content }: Section, id: string, inner: Html | undefined): Html {
  const behind =
    more === undefined
      ? undefined
      : html` <small>(${more.before}<a href="${more.url}">${marked(more.text)}</a>)</small>`;
  return html`<section id="${id}"${isLine(content) ? LINE : undefined} aria-labelledby="${id}-name">
<h2 id="${id}-name">${name}${behind}</h2>
${inner ?? contentHtml(content, name)}
</section>
`;
}

const LINE = html` class="line"`;

/** Whether a section is no more than its name and a line. */
function isLine({ kind }: SectionContent): boolean {
  return ['link', 'literal', 'inline', 'versions'].includes(kind);
}

/** Text with code in backquotes. */
function marked(text: string): Child {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
}

/** What search engines know a section as (schema.org's `Dataset`). */
const PROPERTIES: Readonly<Record<string, string>> = { Homepage: 'sameAs', Citation: 'citation' };

function contentHtml(content: SectionContent, name: string): Html | undefined {
  const property = PROPERTIES[name];
  const itemprop = property === undefined ? undefined : html` itemprop="${property}"`;
  switch (content.kind) {
    case 'prose':
      return html`<p class="prose" itemprop="description">${content.text}</p>`;
    case 'inline':
      return html`<p class="prose">${marked(content.text)}</p>`;
    case 'literal':
      return html`<p><code>${content.text}</code></p>`;
    case 'code':
      return html`<pre tabindex="0" role="region" aria-label="${name}"><code${itemprop}>${content.text}</code></pre>`;
    case 'link': {
      const text = content.isCode ? html`<code>${content.text}</code>` : content.text;
      return isWebAddress(content.url)
        ? html`<p><a href="${content.url}"${itemprop}>${text}</a></p>`
        : html`<p>${text}</p>`;
    }
    case 'versions':
      return html`<ul class="plain">
${content.versions.map(
  ({ version, isDefault, notes }) =>
    html`<li>${isDefault ? html`<strong><code>${version}</code></strong> (default)` : html`<code>${version}</code>`}: ${notes}</li>\n`,
)}</ul>`;
    case 'splits':
      return html`<table>
<thead><tr><th scope="col">Split</th><th scope="col" class="number">Examples</th></tr></thead>
<tbody>
${content.rows.map(
  ({ split, examples }) =>
    html`<tr><th scope="row"><code>'${split}'</code></th><td class="number">${examples}</td></tr>\n`,
)}</tbody>
</table>`;
    case 'features':
      return html`<div class="scroll features" tabindex="0" role="region" aria-label="${name}"><table>
<thead><tr>${content.columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${content.rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table></div>`;
    case 'figure':
    case 'examples':
      return undefined;
  }
}
