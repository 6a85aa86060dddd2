import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { packageRoot } from '../fs/package-root.js';
import { formatCount } from '../fs/size.js';
import { EXPLORER_PAGE } from './explorer/write.js';
import { shapeText } from './feature-listing.js';
import { figureSvg } from './figure/figure-svg.js';
import { COLUMNS } from './figure/grid.js';
import type { GatheredRows } from './gather.js';
import { Html, html } from './html.js';
import { examplesTable } from './page-examples.js';
import { sectionHtml } from './page-sections.js';
import { filesHtml, statisticsHtml } from './page-tables.js';
import type { Section } from './sections.js';
import { sizeText } from './size.js';
import type { CatalogSource } from './source.js';

/** A section of the page beside TFDS's own. */
interface PagePart {
  id: string;
  name: string;
  body: Html;
}

/**
 * `catalog.html`: the page of a data set in one file, which asks nothing of the network. TFDS's sections in TFDS's order, and
 * behind them the statistics and the files. It has schema.org's microdata of a `Dataset`, and a policy that lets no other script
 * run than its own.
 *
 * @param links further pages that lie beside it, by their names
 */
export function catalogHtml(
  source: CatalogSource,
  sections: readonly Section[],
  rows: GatheredRows,
  links: ReadonlyMap<string, string>,
): string {
  const script = pageFile('table.js');
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${digestOf(script)}'`;
  const parts = sections.map((section) => partOf(source, section, rows, links));
  parts.push({ id: 'statistics', name: 'Statistics', body: statisticsHtml(rows.statistics) });
  parts.push({ id: 'files', name: 'Files', body: filesHtml(source, links) });
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${source.id} ${source.info.version}</title>
<link rel="icon" href="${rows.examples[0]?.image ?? 'data:,'}">
<style>${new Html(pageFile('base.css') + pageFile('style.css'))}</style>
</head>
<body itemscope itemtype="https://schema.org/Dataset">
<a class="skip" href="#description">To the content</a>
${head(source, rows)}
<div class="columns">
<nav aria-label="Sections"><ul>
${parts.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>\n`)}</ul></nav>
<main>
${parts.map(({ body }) => body)}</main>
</div>
<footer>Every value is computed from the files of the data set.</footer>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return page.text;
}

/** A file of the folder `page`, which is packed as it stands in the sources. */
function pageFile(name: string): string {
  return readFileSync(new URL(`src/catalog/page/${name}`, packageRoot), 'utf8');
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function head(source: CatalogSource, { statistics }: GatheredRows): Html {
  const { info, shown } = source;
  const { image, label } = shown;
  const rows = statistics.splits.reduce((sum, split) => sum + split.rows, 0);
  const bytes = info.splits.reduce((sum, { numBytes }) => sum + numBytes, 0);
  const facts: (readonly [string, Html | string])[] = [
    ['Version', html`<span itemprop="version">${info.version}</span>`],
    ['Examples', formatCount(rows)],
    ['Splits', String(info.splits.length)],
    ...(label === undefined ? [] : [['Classes', formatCount(label.classes)] as const]),
    ...(image === undefined ? [] : [['Image', shapeText(image.shape)] as const]),
    ['Dataset size', sizeText(bytes)],
  ];
  return html`<header>
<h1 itemprop="name">${source.id}</h1>
<dl class="facts">
${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
</header>`;
}

function partOf(
  source: CatalogSource,
  section: Section,
  rows: GatheredRows,
  links: ReadonlyMap<string, string>,
): PagePart {
  const explorer = links.has(EXPLORER_PAGE) ? EXPLORER_PAGE : undefined;
  const { name, content } = section;
  const id = name.toLowerCase().replaceAll(' ', '-');
  let inner: Html | undefined;
  if (content.kind === 'figure') inner = figureHtml(source, rows);
  if (content.kind === 'examples') inner = examplesTable(rows, source, explorer);
  return { id, name, body: sectionHtml(section, id, inner) };
}

function figureHtml(source: CatalogSource, { figure, shownSplit }: GatheredRows): Html {
  if (figure.length === 0) return html`<p>Not supported: there are no images.</p>`;
  const title = `The first ${figure.length} examples of ${shownSplit} in ${source.id}`;
  const svg = figureSvg(figure, COLUMNS, { title, inPage: true });
  return html`<figure>
${new Html(svg)}<figcaption>The first ${figure.length} examples of <code>${shownSplit}</code>.</figcaption>
</figure>`;
}
