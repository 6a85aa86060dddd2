import { formatCount } from '../fs/size.js';
import { labelText, type ShownExample } from './examples.js';
import type { GatheredRows } from './gather.js';
import { type Html, html } from './html.js';
import type { CatalogSource } from './source.js';

/**
 * The table of examples with all its rows; the page's script sorts and filters them and hides all but some.
 *
 * @param explorer the page that shows all examples, where there is one
 */
export function examplesTable(
  { examples, shownSplit, statistics }: GatheredRows,
  { shown, classNames: names }: CatalogSource,
  explorer: string | undefined,
): Html {
  const input = shown.input?.name ?? 'input';
  const label = shown.label?.name;

  const all = statistics.splits.find(({ split }) => split === shownSplit)?.rows ?? 0;
  const sortable = (key: string, name: string, direction: string): Html =>
    html`<th scope="col" data-key="${key}" aria-sort="${direction}"><button type="button">${name}</button></th>`;
  return html`<p class="note">The first ${formatCount(examples.length)} of ${formatCount(all)} examples of <code>${shownSplit}</code>, in the order of the files.${explorer === undefined ? undefined : html` <a href="${explorer}">All of them in the explorer</a>.`}</p>
<div class="controls" hidden>
${label === undefined ? undefined : labelFilter(label, examples, names)}<span id="examples-status" role="status"></span>
</div>
<table id="examples-table">
<thead><tr>${sortable('index', 'index', 'ascending')}<th scope="col">${input}</th>${
    label === undefined ? undefined : sortable('label', label, 'none')
  }</tr></thead>
<tbody>
${examples.map((example) => rowHtml(example, names, input, label))}</tbody>
</table>
<p class="more" hidden><button type="button" id="examples-more">Show more</button></p>`;
}

function labelFilter(
  label: string,
  examples: readonly ShownExample[],
  names: readonly string[] | undefined,
): Html {
  const classes = [...new Set(examples.flatMap((example) => example.label ?? []))].sort((a, b) => a - b);
  const options = classes.map((one) => html`<option value="${one}">${labelText(one, names)}</option>`);
  return html`<span><label for="examples-filter">${label}</label> <select id="examples-filter"><option value="">all</option>${options}</select></span>
`;
}

function rowHtml(
  { place, image, elements, label }: ShownExample,
  names: readonly string[] | undefined,
  input: string,
  labelName: string | undefined,
): Html {
  const text = label === undefined ? undefined : labelText(label, names);
  const alternative = text === undefined ? `${input} ${place}` : `${input} ${place}: ${text}`;
  const shown =
    image === undefined
      ? html`<code>${elements}</code>`
      : html`<img src="${image}" alt="${alternative}" loading="lazy">`;
  const cell = labelName === undefined ? undefined : html`<td>${text}</td>`;
  const value = label === undefined ? undefined : html` data-label="${label}"`;
  return html`<tr tabindex="-1" data-index="${place}"${value}><td>${place}</td><td>${shown}</td>${cell}</tr>
`;
}
