import { type ExplorerClass, type ExplorerData, type ExplorerPictures, INK_BINS } from '../data.js';
import { classCounts, inkShares, legend, sampleValues } from './charts.js';
import { choice, controls, drawing, element, whole } from './dom.js';
import type { Rows } from './rows.js';
import type { Tiles } from './tiles.js';

/** How many unusual examples and groups of identical images are shown at first. */
const SHOWN = 24;

/** A part of the page with its heading. */
export function section(id: string, title: string, ...children: (Node | string)[]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title);
  return element('section', { id, 'aria-labelledby': `${id}-title` }, heading, ...children);
}

function note(text: string): HTMLElement {
  return element('p', { class: 'note' }, text);
}

/** Counts by class and split, as a chart and as a table. */
export function countsSection(data: ExplorerData): HTMLElement {
  const { splits, classes, moreClasses } = data;
  const row = (head: string, counts: readonly number[]): HTMLElement =>
    element(
      'tr',
      element('th', { scope: 'row' }, head),
      ...counts.map((count) => element('td', { class: 'number' }, whole(count))),
    );
  const heads = ['class', ...splits.map(({ name }) => name)];
  const table = element(
    'table',
    element('thead', element('tr', ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element('tbody', ...classes.map(({ name, counts }) => row(name, counts))),
  );
  return section(
    'counts',
    data.label === null ? 'Examples by split' : 'Examples by class and split',
    ...(moreClasses > 0
      ? [note(`The first ${whole(classes.length)} classes; ${whole(moreClasses)} more have examples.`)]
      : []),
    legend(data),
    classCounts(data),
    element(
      'details',
      element('summary', 'The numbers as a table'),
      element('div', { class: 'scroll' }, table),
    ),
  );
}

/** The mean image of each class, and how much its examples differ there. */
export function classesSection(
  { classes, label }: ExplorerData,
  { reduced }: ExplorerPictures,
  onClass: ((label: number) => void) | undefined,
): HTMLElement {
  const cards = classes.flatMap((one) => {
    if (one.mean === undefined || one.deviation === undefined) return [];
    const total = one.counts.reduce((sum, count) => sum + count, 0);
    const images = [
      bytesImage(one.mean, reduced, `Mean image of ${one.name}`, 1),
      bytesImage(one.deviation, reduced, `Standard deviation of ${one.name}`, 2),
    ];
    const { label: number } = one;
    const name =
      number === null || onClass === undefined
        ? element('strong', one.name)
        : element(
            'button',
            { type: 'button', title: `Show ${one.name} in the grid`, click: () => onClass(number) },
            one.name,
          );
    return [
      element(
        'li',
        element('div', { class: 'pair' }, ...images),
        name,
        element('small', `${whole(total)} examples`),
      ),
    ];
  });
  return section(
    'classes',
    label === null ? 'Mean and variance' : 'Mean and variance of each class',
    note(
      `Left the mean of all examples${label === null ? '' : ' of the class'}, right how much they vary: the standard deviation (the root of the variance) of each sample, twice as bright.`,
    ),
    element('ul', { class: 'cards' }, ...cards),
  );
}

/** Bytes of a picture's shape on a canvas. */
function bytesImage(
  base64: string,
  [height, width, channels]: readonly number[],
  label: string,
  gain: number,
): HTMLCanvasElement {
  const [h, w, c] = [height ?? 1, width ?? 1, channels ?? 1];
  const { canvas, context } = drawing(w, h);
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const image = context.createImageData(w, h);
  for (let pixel = 0; pixel < w * h; pixel++) {
    for (let at = 0; at < 3; at++)
      image.data[pixel * 4 + at] = (bytes[pixel * c + (c < 3 ? 0 : at)] ?? 0) * gain;
    image.data[pixel * 4 + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  return canvas;
}

/** Histograms of the samples, and of the ink of one class or of all. */
export function histogramsSection(data: ExplorerData, { samples }: ExplorerPictures): HTMLElement {
  const place = element('div');
  const show = (classes: readonly ExplorerClass[]): void => {
    const sums = data.splits.map((_, split) =>
      Array.from({ length: INK_BINS }, (_, bin) =>
        classes.reduce((sum, { ink }) => sum + (ink[split]?.[bin] ?? 0), 0),
      ),
    );
    place.replaceChildren(inkShares(data, sums));
  };
  show(data.classes);
  const classes = choice('Class', classChoices(data), (value) =>
    show(value === '' ? data.classes : data.classes.filter(({ label }) => String(label) === value)),
  );
  return section(
    'histograms',
    'Samples and ink',
    legend(data),
    element(
      'div',
      { class: 'charts' },
      element('div', element('h3', 'Values of the samples'), sampleValues(data, samples)),
      element(
        'div',
        element('h3', 'Ink of the examples'),
        place,
        ...(data.label === null ? [] : [controls(classes.field)]),
      ),
    ),
  );
}

/** All classes, and each. */
export function classChoices({ classes }: ExplorerData): (readonly [string, string])[] {
  return [['', 'all'], ...classes.map(({ label, name }) => [String(label), name] as const)];
}

/** The examples that are farthest from the mean of their class. */
export function unusualSection(data: ExplorerData, { unusual }: ExplorerPictures, tiles: Tiles): HTMLElement {
  const list = element('ul', { class: 'tiles' });
  const show = (value: string): void => {
    const own = value === '' ? unusual : unusual.filter(({ label }) => String(label) === value);
    list.replaceChildren(
      ...own.slice(0, SHOWN).map(({ row, score }) => element('li', tiles.tile(row, `${score.toFixed(1)} σ`))),
    );
  };
  show('');
  const classes = choice('Class', classChoices(data), show);
  return section(
    'unusual',
    'The most unusual examples',
    note(
      'Those whose distance to the mean image of their class is farthest above the median of the class, in robust standard deviations (1.4826 times the median absolute deviation). Exact, for all examples.',
    ),
    ...(data.label === null ? [] : [controls(classes.field)]),
    list,
  );
}

function identicalText(
  { splits, label }: ExplorerData,
  { groups, rows, ...some }: ExplorerPictures['identical'],
): string {
  if (groups === 0) return 'No image comes twice: all have been compared by their SHA-256.';
  const counted = (count: number): string => (count === 1 ? '1 group' : `${whole(count)} groups`);
  const across = splits.length > 1 ? [`across splits: ${counted(some.acrossSplits)}`] : [];
  const labels = label === null ? [] : [`with different labels: ${counted(some.differentLabels)}`];
  const parts = [...across, ...labels].join('; ');
  const all = `${whole(rows)} examples are in ${counted(groups)} of identical images, found by their SHA-256, none left out`;
  return parts === '' ? `${all}.` : `${all}; ${parts}.`;
}

/** Identical images, and the nearest that are not. */
export function duplicatesSection(
  data: ExplorerData,
  pictures: ExplorerPictures,
  rows: Rows,
  tiles: Tiles,
): HTMLElement {
  const { identical, nearest } = pictures;
  const groups = identical.first
    .slice(0, SHOWN)
    .map(({ size, rows: own }) =>
      element(
        'li',
        { class: 'group' },
        element('div', { class: 'tiles' }, ...own.map((row) => tiles.tile(row, rows.say(row)))),
        ...(size > own.length ? [`and ${whole(size - own.length)} more`] : []),
      ),
    );
  const search = nearest.exhaustive
    ? 'Every pair has been compared.'
    : 'Distances are exact; which pairs are compared is a search in four k-d trees, so that a pair may be missing.';
  return section(
    'duplicates',
    'Duplicates',
    element('h3', 'Identical images'),
    element('p', identicalText(data, identical)),
    element('ul', { class: 'groups' }, ...groups),
    element('h3', 'Nearest images'),
    note(
      `The number is the distance: the root of the mean squared difference of the samples, of 255. ${search}`,
    ),
    ...pairsList('In different splits', nearest.acrossSplits, rows, tiles),
    ...pairsList('In the same split', nearest.withinSplit, rows, tiles),
    ...(data.label === null ? [] : pairsList('With different labels', nearest.differentLabels, rows, tiles)),
  );
}

function pairsList(
  title: string,
  pairs: ExplorerPictures['nearest']['acrossSplits'],
  rows: Rows,
  tiles: Tiles,
): HTMLElement[] {
  if (pairs.length === 0) return [];
  const items = pairs.map(({ rows: [first, second], distance }) =>
    element(
      'li',
      element('div', { class: 'pair' }, tiles.tile(first, ''), tiles.tile(second, '')),
      element('span', distance.toFixed(1)),
      element('small', rows.say(first)),
      element('small', rows.say(second)),
    ),
  );
  return [element('h4', title), element('ul', { class: 'pairs' }, ...items)];
}
