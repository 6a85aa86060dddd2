import * as Plot from '@observablehq/plot';
import type { ExplorerData } from '../data.js';
import { INK_BINS } from '../data.js';
import { element, whole } from './dom.js';

/** Colors of the splits, which the style sheet has for light and for dark; a seventh split has the first one's. */
const COLORS = Array.from({ length: 6 }, (_, at) => `var(--series-${at + 1})`);

/** A chart as wide as its place, drawn again when that changes. */
function chart(label: string, draw: (width: number) => Element): HTMLElement {
  const place = element('div', { class: 'chart', role: 'img', 'aria-label': label });
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width === drawn || width === 0) return;
    drawn = width;
    const drawing = draw(width);
    // The place has its label, and the table has the numbers.
    drawing.setAttribute('aria-hidden', 'true');
    place.replaceChildren(drawing);
  }).observe(place);
  return place;
}

function splitColors({ splits }: ExplorerData): Plot.ScaleOptions {
  return {
    domain: splits.map(({ name }) => name),
    range: splits.map((_, at) => COLORS[at % COLORS.length] ?? ''),
  };
}

/** Names and colors of the splits. */
export function legend({ splits }: ExplorerData): HTMLElement {
  const items = splits.map(({ name }, at) => {
    const swatch = element('span', { class: 'swatch' });
    swatch.style.background = COLORS[at % COLORS.length] ?? '';
    return element('li', swatch, name);
  });
  return element('ul', { class: 'legend' }, ...items);
}

/** How many examples each class has in each split. */
export function classCounts(data: ExplorerData): HTMLElement {
  const { splits, classes } = data;
  const bars = classes.flatMap(({ name, counts }) =>
    splits.map((split, at) => ({ class: name, split: split.name, examples: counts[at] ?? 0 })),
  );
  const longest = Math.max(...classes.map(({ name }) => name.length));
  const totals = classes.map(({ name, counts }) => ({
    class: name,
    examples: counts.reduce((sum, count) => sum + count, 0),
    text: counts.map(whole).join(' + '),
  }));
  return chart('Examples of each class, by split; the table below has the numbers', (width) =>
    Plot.plot({
      width,
      height: 56 + classes.length * (classes.length > 40 ? 16 : 26),
      marginBottom: 42,
      marginLeft: Math.min(20 + longest * 8, Math.floor(width * 0.4)),
      marginRight: 40 + splits.length * 45,
      x: {
        label: 'examples',
        labelOffset: 38,
        grid: true,
        tickFormat: 's',
        ticks: Math.max(2, Math.floor(width / 120)),
      },
      y: { label: null, domain: classes.map(({ name }) => name), tickSize: 0 },
      color: splitColors(data),
      marks: [
        Plot.barX(bars, { x: 'examples', y: 'class', fill: 'split', insetTop: 2, insetBottom: 2 }),
        Plot.text(totals, { x: 'examples', y: 'class', text: 'text', textAnchor: 'start', dx: 6 }),
        Plot.ruleX([0]),
      ],
    }),
  );
}

/** Shares of the bins of histograms, one line for each split. */
function shares(
  data: ExplorerData,
  histograms: readonly (readonly number[])[],
  options: { label: string; x: Plot.ScaleOptions; y: Plot.ScaleOptions; bin: number; drop: boolean },
): HTMLElement {
  const points = histograms.flatMap((histogram, at) => {
    const total = histogram.reduce((sum, count) => sum + count, 0);
    const split = data.splits[at]?.name ?? '';
    return histogram.map((count, bin) => ({
      split,
      value: bin * options.bin,
      share: total === 0 || (options.drop && count === 0) ? Number.NaN : count / total,
    }));
  });
  return chart(options.label, (width) =>
    Plot.plot({
      width,
      height: 240,
      marginLeft: 58,
      marginBottom: 42,
      x: { labelOffset: 38, ticks: Math.max(3, Math.floor(width / 90)), ...options.x },
      y: { grid: true, ...options.y },
      color: splitColors(data),
      marks: [
        Plot.lineY(points, {
          x: 'value',
          y: 'share',
          stroke: 'split',
          strokeWidth: 1.75,
          curve: 'step-after',
        }),
      ],
    }),
  );
}

/** How often each value of a sample comes. */
export function sampleValues(data: ExplorerData, histograms: readonly (readonly number[])[]): HTMLElement {
  return shares(data, histograms, {
    label: 'How often each value of a sample comes, from 0 to 255, as a share of all samples',
    x: { label: 'value of a sample', domain: [0, 255] },
    y: { label: 'share of the samples', type: 'log', ticks: 5, tickFormat: percent },
    bin: 1,
    drop: true,
  });
}

/** How much ink examples have. */
export function inkShares(data: ExplorerData, histograms: readonly (readonly number[])[]): HTMLElement {
  const used = histograms.flatMap((histogram) => histogram.flatMap((count, bin) => (count > 0 ? [bin] : [])));
  const bin = 256 / INK_BINS;
  const domain = [Math.min(...used) * bin, (Math.max(...used) + 2) * bin];
  return shares(data, histograms, {
    label: 'How many examples have how much ink, the mean of their samples, as a share of all examples',
    x: { label: 'ink: mean of the samples', domain },
    y: { label: 'share of the examples', tickFormat: percent, ticks: 5 },
    bin,
    drop: false,
  });
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
