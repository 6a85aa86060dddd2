import { formatCount } from '../../src/fs/size.js';
import type { Machine } from './machine.js';
import { FIGURE_NAMES, FIGURES } from './subject.js';
import type { Outcome, PartName } from './targets.js';
import type { Measured } from './turns.js';

/** All that a run of the benchmark found; `--json` prints it as it is. */
export interface BenchReport {
  machine: Machine;
  /** The data set that the rows are of. */
  dataset: string;
  /** Turns that count. */
  runs: number;
  parts: { part: PartName; rows: number; subjects: Measured[] }[];
  targets: Outcome[];
  /** What was left out, and why. */
  notes: string[];
}

/** The report as Markdown, which reads well in a terminal too: figures, then ratios, then what was left out. */
export function reportText({ machine, dataset, runs, parts, targets, notes }: BenchReport): string {
  const { cpu, cores, memoryGiB, node, system } = machine;
  const lines = [
    `${cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memoryGiB} GiB, ${system}, Node.js ${node}`,
    `Rows of ${dataset}; ${runs} ${runs === 1 ? 'turn' : 'turns'} after a warm-up`,
  ];
  for (const { part, rows, subjects } of parts.filter(({ subjects }) => subjects.length > 0)) {
    const head = [`${part}, ${formatCount(rows)} rows`, '', 'min', 'median', 'max'];
    lines.push('', ...markdownTable(head, subjects.flatMap(figureRows)));
  }
  if (targets.length > 0)
    lines.push('', ...markdownTable(['ratio', 'min', 'median', 'max', 'target', ''], targets.map(targetRow)));
  if (notes.length > 0) lines.push('', ...notes.map((note) => `- ${note}`));
  return `${lines.join('\n')}\n`;
}

function figureRows({ name, figures }: Measured): string[][] {
  return FIGURE_NAMES.flatMap((figure) => {
    const summary = figures[figure];
    if (summary === undefined) return [];
    return [[name, FIGURES[figure], ...[summary.min, summary.median, summary.max].map(formatFigure)]];
  });
}

function targetRow({ what, form, target, ratio, met }: Outcome): string[] {
  const wanted = `${form === 'share' ? 'at most' : 'at least'} ${target}`;
  if (ratio === undefined) return [what, '-', '-', '-', wanted, 'not measured'];
  const figures = [ratio.min, ratio.median, ratio.max].map(formatFigure);
  return [what, ...figures, wanted, met === true ? 'met' : 'missed'];
}

/** A figure with three significant digits, or all of those before the point. */
export function formatFigure(value: number): string {
  if (value === 0) return '0';
  const [, exponent] = value.toExponential(2).split('e');
  const decimals = Math.max(0, 2 - Number(exponent));
  return decimals === 0 ? formatCount(Math.round(value)) : value.toFixed(Math.min(decimals, 6));
}

/** A table of Markdown with its columns set in line, those of numbers to the right. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((cells) => cells[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => ['min', 'median', 'max'].includes(head[column] ?? '');
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, column) => {
      const cell = cells[column] ?? '';
      return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) => `${'-'.repeat(width - 1)}${isNumber(column) ? ':' : '-'}`);
  return [line(head), line(rule), ...rows.map(line)];
}
