import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskError } from '../errors.js';
import { figurePng } from '../figure/figure-png.js';
import { figureSvg } from '../figure/figure-svg.js';
import { COLUMNS } from '../figure/grid.js';
import { putInPlace, temporaryDirectory } from '../publish/staging.js';
import { STATISTICS_FILE, statisticsText } from '../statistics/statistics.js';
import { CROISSANT_FILE, croissantJson } from './croissant.js';
import { labelText } from './examples.js';
import { CATALOG_FOLDER } from './folder.js';
import { type GatheredRows, gatherRows } from './gather.js';
import { catalogMarkdown } from './markdown.js';
import { catalogHtml } from './page.js';
import { shownFeatures } from './rows.js';
import { catalogSections } from './sections.js';
import { type CatalogSource, readCatalogSource } from './source.js';

/** What was written. */
export interface WrittenCatalog {
  /** `mnist`, `emnist/letters`. */
  dataset: string;
  version: string;
  /** The folder, and the files in it. */
  folder: string;
  files: string[];
  rows: number;
}

/** How {@link writeCatalog} tells what it is at. */
export interface CatalogProgress {
  /** Of all rows, these are read. */
  onRows?: ((done: number, all: number) => void) | undefined;
}

/**
 * Reads a published data set and writes its catalog into the folder `catalog` of its directory: all of it or nothing, in the place of
 * one that is there. The same data gives the same bytes.
 *
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`, `DISK_FULL`, and those of damaged rows
 */
export async function writeCatalog(
  directory: string,
  { onRows }: CatalogProgress = {},
): Promise<WrittenCatalog> {
  const source = await readCatalogSource(directory);
  const all = source.info.splits.reduce((sum, { rows }) => sum + rows, 0);
  let done = 0;
  const rows = await gatherRows(source, () => onRows?.(++done, all));
  const target = join(source.directory, CATALOG_FOLDER);
  const files = catalogFiles(source, rows);
  await writeFolder(target, files);
  const { id: dataset, info } = source;
  return { dataset, version: info.version, folder: target, files: [...files.keys()], rows: all };
}

async function writeFolder(target: string, files: ReadonlyMap<string, string | Uint8Array>): Promise<void> {
  let staging: string | undefined;
  try {
    staging = await temporaryDirectory(target);
    for (const [file, content] of files) await writeFile(join(staging, file), content, { flush: true });
    await putInPlace(staging, target);
  } catch (error) {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true });
    throw asDiskError(error, `writing ${target}`);
  }
}

/** How many examples the page in Markdown shows, as TFDS's does. */
const FIRST = 10;

/** The files of the catalog with their content. */
export function catalogFiles(source: CatalogSource, rows: GatheredRows): Map<string, string | Uint8Array> {
  const sections = catalogSections(source);
  const { figure, shownSplit } = rows;
  const links = new Map([
    ['catalog.md', 'this page in Markdown'],
    [CROISSANT_FILE, 'the data set in Croissant 1.0, for mlcroissant and search engines'],
    [STATISTICS_FILE, 'the statistics in JSON'],
  ]);
  const images = new Map<string, string | Uint8Array>();
  if (figure.length > 0) {
    const title = `The first ${figure.length} examples of ${shownSplit} in ${source.id}`;
    images.set('figure.png', figurePng(figure, COLUMNS));
    images.set('figure.svg', figureSvg(figure, COLUMNS, { title, inPage: false }));
    links.set('figure.png', 'the figure').set('figure.svg', 'the figure as SVG');
  }
  const examples = markdownExamples(source, rows);
  return new Map([
    ['catalog.md', catalogMarkdown(source, sections, { figure: figure.length > 0, examples })],
    ['catalog.html', catalogHtml(source, sections, rows, links)],
    [CROISSANT_FILE, croissantJson(source)],
    [STATISTICS_FILE, statisticsText(rows.statistics)],
    ...images,
  ]);
}

function markdownExamples(source: CatalogSource, { examples }: GatheredRows): string[][] {
  const shown = shownFeatures(source.features);
  const input = shown.input?.name ?? 'input';
  const label = shown.label?.name;
  const cells = examples
    .slice(0, FIRST)
    .map((example) => [
      String(example.index),
      example.image === undefined
        ? (example.elements ?? '')
        : `<img src="${example.image}" alt="${input} ${example.index}">`,
      ...(example.label === undefined ? [] : [labelText(example.label, source.classNames)]),
    ]);
  return cells.length === 0 ? [] : [['index', input, ...(label === undefined ? [] : [label])], ...cells];
}
