import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOG_FOLDER } from '../directory/catalog-folder.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import { putInPlace, temporaryDirectory } from '../directory/publish/staging.js';
import { withTargetLock } from '../directory/publish/target-lock.js';
import { asDiskError, fault } from '../errors.js';
import type { StoredOptions } from '../fetch/open.js';
import { expandHome } from '../fs/home-path.js';
import { CROISSANT_FILE, croissantJson } from './croissant.js';
import { labelText } from './examples.js';
import { computeExplorerData } from './explorer/compute.js';
import { EXPLORER_PAGE, writeExplorer } from './explorer/write.js';
import { figurePng } from './figure/figure-png.js';
import { figureSvg } from './figure/figure-svg.js';
import { COLUMNS } from './figure/grid.js';
import { type GatheredRows, gatherRows } from './gather.js';
import { catalogMarkdown } from './markdown.js';
import { catalogHtml } from './page.js';
import { catalogSections } from './sections.js';
import { type CatalogSource, readCatalogSource } from './source.js';
import { STATISTICS_FILE, statisticsText } from './statistics/statistics.js';

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

/** What {@link writeCatalog} writes, and how it tells what it is at. */
export interface CatalogOptions extends StoredOptions {
  /**
   * A folder to write it into, as `<name>/<config>/<version>/catalog` (default: the folder `catalog` of the data set's directory; of one in
   * object storage, of the folder that its shards are fetched into).
   */
  out?: string | undefined;
  /** Write the explorer too (default: yes), for which images are compared with each other. */
  explorer?: boolean | undefined;
  /** Of so many rows to read, these are read. */
  onRows?: ((done: number, all: number) => void) | undefined;
}

/**
 * Reads a published data set and writes its catalog into the folder `catalog` of its directory: all of it or nothing, in the place of
 * one that is there. The same data gives the same bytes.
 *
 * @param directory a path or `s3://...`
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `LOCKED`, `DISK`, `DISK_FULL`, and those of damaged rows; of
 *   object storage those of fetching
 */
export async function writeCatalog(
  directory: string,
  { explorer = true, onRows, out, ...storedOptions }: CatalogOptions = {},
): Promise<WrittenCatalog> {
  const { signal } = storedOptions;
  const source = await readCatalogSource(directory, storedOptions);
  const { id: dataset, info } = source;
  const all = info.splits.reduce((sum, split) => sum + split.rows, 0);
  let done = 0;
  const onRow = (): void => {
    signal?.throwIfAborted();
    onRows?.(++done, all);
  };
  const rows = await gatherRows(source, { explorer, onRow });
  const explored = rows.explored && computeExplorerData(source, rows.explored);
  const files = catalogFiles(source, rows);
  const folder = out === undefined ? source.access.directory : folderIn(expandHome(out), source);
  const target = join(folder, CATALOG_FOLDER);
  const names = [...files.keys()];
  const locking = {
    out: out === undefined ? folder : expandHome(out),
    signal: signal ?? new AbortController().signal,
    onEvent: () => {},
  };
  const writeAll = async (): Promise<void> => {
    let staging: string | undefined;
    try {
      staging = await temporaryDirectory(target);
      for (const [file, content] of files) await writeFile(join(staging, file), content, { flush: true });
      if (explored !== undefined) names.push(...(await writeExplorer(explored, staging)));
      signal?.throwIfAborted();
      await putInPlace(staging, target, { replace: true });
    } catch (error) {
      if (staging !== undefined) await rm(staging, { recursive: true, force: true });
      throw asDiskError(error, `writing ${target}`);
    }
  };
  // The pages are made of the data, and so are those that a run was to replace.
  await withTargetLock(target, locking, writeAll, async () => true);
  return { dataset, version: info.version, folder: target, files: names, rows: all };
}

/** Where the catalog of a data set goes in a folder of its own: what a manifest calls it is not to lead out of that. */
function folderIn(out: string, { info }: CatalogSource): string {
  const names = [info.name, ...(info.config === undefined ? [] : [info.config]), info.version];
  const bad = names.find((name) => !/^\w[\w+.-]*$/.test(name));
  if (bad === undefined) return join(out, ...names);
  throw fault('MANIFEST_INVALID', `no folder can have the name that ${DATASET_INFO_FILE} tells`, {
    expected: 'letters, digits, _, +, . and -',
    found: bad,
  });
}

/** How many examples the page in Markdown shows, as TFDS's does. */
const FIRST = 10;

/** The files of the catalog but for the explorer's, with their content. */
function catalogFiles(source: CatalogSource, rows: GatheredRows): Map<string, string | Uint8Array> {
  const sections = catalogSections(source);
  const { figure, shownSplit, explored } = rows;
  const links = new Map<string, string>();
  if (explored !== undefined)
    links.set(
      EXPLORER_PAGE,
      'all examples, class by class, and the unusual ones among them; the command explore shows it',
    );
  links
    .set('catalog.md', 'this page in Markdown')
    .set(CROISSANT_FILE, 'the data set in Croissant 1.0, for mlcroissant and search engines')
    .set(STATISTICS_FILE, 'the statistics in JSON');
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

function markdownExamples({ shown, classNames }: CatalogSource, { examples }: GatheredRows): string[][] {
  const input = shown.input?.name ?? 'input';
  const label = shown.label?.name;
  const cells = examples
    .slice(0, FIRST)
    .map((example) => [
      String(example.place),
      example.image === undefined
        ? (example.elements ?? '')
        : `<img src="${example.image}" alt="${input} ${example.place}">`,
      ...(example.label === undefined ? [] : [labelText(example.label, classNames)]),
    ]);
  return cells.length === 0 ? [] : [['index', input, ...(label === undefined ? [] : [label])], ...cells];
}
