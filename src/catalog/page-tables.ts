import { formatCount } from '../fs/size.js';
import { labelText } from './examples.js';
import { Html, html } from './html.js';
import { sizeText } from './size.js';
import type { CatalogTexts } from './source.js';
import type { DatasetStatistics, SplitStatistics } from './statistics/statistics.js';
import type { ValueStatistics } from './statistics/values.js';

/** The statistics of every split: what pixels come to, and how often each class comes. */
export function statisticsHtml({ splits }: DatasetStatistics): Html {
  const classes = splits.some(({ labels }) => labels !== undefined) ? countsTable(splits) : undefined;
  return html`<section id="statistics" aria-labelledby="statistics-name">
<h2 id="statistics-name">Statistics</h2>
${valuesTable(splits)}${classes}</section>
`;
}

function valuesTable(splits: readonly SplitStatistics[]): Html {
  const isImage = splits.some(({ image }) => image !== undefined);
  const rows = splits.flatMap(({ split, image, tensor }) => {
    const channels = image?.channels ?? (isMeasured(tensor) ? [tensor] : []);
    return channels.map((channel, at) => ({
      split: channels.length > 1 ? `${split}, channel ${at}` : split,
      ...channel,
    }));
  });
  if (rows.length === 0) return html``;
  const note = isImage
    ? 'Of all pixels, from 0 (black) to 1 (white): mean and std are what images are normalized with.'
    : 'Of all elements.';
  return html`<p class="note">${note}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Statistics of values"><table>
<thead><tr><th scope="col">Split</th>${['Mean', 'Std', 'Min', 'Max'].map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ split, mean, std, min, max }) =>
    html`<tr><th scope="row"><code>${split}</code></th>${[mean, std, min, max].map((value) => html`<td class="number">${shortNumber(value)}</td>`)}</tr>\n`,
)}</tbody>
</table></div>
`;
}

function isMeasured(
  tensor: SplitStatistics['tensor'],
): tensor is NonNullable<typeof tensor> & ValueStatistics {
  return tensor?.mean !== undefined;
}

/** Four decimals, as normalization constants are printed; whole numbers as they are. */
function shortNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? value.toFixed(4) : value.toPrecision(5);
}

/** How many classes the page shows, and of how many on in a box that scrolls: nobody is to pass by hundreds to what stands below. */
const MOST_CLASSES = 1000;
const MANY_CLASSES = 40;

function countsTable(splits: readonly SplitStatistics[]): Html {
  const counts = splits.map(({ labels = [] }) => new Map(labels.map(({ label, count }) => [label, count])));
  const mosts = counts.map((ofSplit) =>
    [...ofSplit.values()].reduce((most, count) => Math.max(most, count), 1),
  );
  const names = new Map(
    splits.flatMap(({ labels = [] }) => labels.map(({ label, name }) => [label, name] as const)),
  );
  const classes = [...names].sort(([a], [b]) => a - b);
  const rows = classes.slice(0, MOST_CLASSES).map(([label, name]) => {
    const cells = counts.map((ofSplit, at) => {
      const most = mosts[at] ?? 1;
      const count = ofSplit.get(label) ?? 0;
      const bar = html`<span class="bar" style="width: ${new Html(((100 * count) / most).toFixed(1))}%"></span>`;
      return html`<td>${formatCount(count)}${bar}</td>`;
    });
    return html`<tr><th scope="row">${labelText(label, name === undefined ? undefined : { [label]: name })}</th>${cells}</tr>\n`;
  });
  return html`<h3 id="classes-name">Examples of each class</h3>
<div class="${classes.length < MANY_CLASSES ? 'scroll' : 'scroll tall'}" tabindex="0" role="region" aria-labelledby="classes-name"><table class="counts">
<thead><tr><th scope="col">Class</th>${splits.map(({ split }) => html`<th scope="col">${split}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>
${classes.length > MOST_CLASSES ? html`<p class="note">And ${formatCount(classes.length - MOST_CLASSES)} more classes, in <code>statistics.json</code>.</p>\n` : undefined}`;
}

/** The files of the data set, and the pages that lie beside this one. */
export function filesHtml({ files, info }: CatalogTexts, links: ReadonlyMap<string, string>): Html {
  const beside = Array.from(links, ([file, what]) => html`<li><a href="${file}">${file}</a>: ${what}</li>\n`);
  const rows = files.map(({ name, bytes, sha256 }) => {
    const digest =
      sha256 === undefined
        ? undefined
        : html`<code class="digest" itemprop="sha256" title="${sha256}">${sha256}</code>`;
    return html`<tr itemprop="distribution" itemscope itemtype="https://schema.org/DataDownload"><td><a itemprop="contentUrl" href="../${encodeURIComponent(name)}"><code itemprop="name">${name}</code></a></td><td class="number" itemprop="contentSize">${sizeText(bytes)}</td><td>${digest}</td></tr>\n`;
  });
  return html`<section id="files" aria-labelledby="files-name">
<h2 id="files-name">Files</h2>
<ul class="plain">
${beside}</ul>
<h3 id="shards-name">${info.name} ${info.version}</h3>
<div class="scroll files" tabindex="0" role="region" aria-labelledby="shards-name"><table>
<thead><tr><th scope="col">File</th><th scope="col" class="number">Size</th><th scope="col">sha256</th></tr></thead>
<tbody>
${rows}</tbody>
</table></div>
</section>
`;
}
