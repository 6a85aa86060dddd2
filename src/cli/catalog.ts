import type { Command } from 'commander';
import { type CatalogOptions, type WrittenCatalog, writeCatalog } from '../catalog/write.js';
import { findEverywhere } from '../fetch/everywhere.js';
import { formatCount, formatThings } from '../fs/size.js';
import { type CliCommand, EVENTS, expectDirectory, expectLocal, usage } from './command.js';
import { printJson } from './ending.js';
import { fetchOptions } from './fetching.js';

const HELP = `Examples:
  $ idx-shards catalog ./data/mnist/3.0.1                 writes ./data/mnist/3.0.1/catalog
  $ idx-shards catalog ./data                             that of every data set below ./data
  $ idx-shards catalog s3://bucket/data/mnist --out pages writes pages/mnist/3.0.1/catalog
  $ idx-shards catalog ./data --json | jq .               one event a line

The folder holds catalog.html, a page to be opened in a browser, from the disk too; catalog.md, the same in Markdown; figure.png and
figure.svg; croissant.json; statistics.json; and explorer.html, a page over all examples that the command explore shows.
Everything is read from the shards; what was there before is replaced. The same data give the same bytes. Nothing is written into
object storage: without --out the catalog lies in the cache, beside the shards that were fetched, where explore finds it.

Exit codes: 0 done, 2 usage, 3 network, 4 no data set or a damaged one, 5 disk, 130 interrupted.
`;

/** What the command line of `catalog` says. */
export interface CatalogArguments {
  directory: string;
  explorer: boolean;
  out?: string | undefined;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** Writes catalogs: what was written is told on stdout, progress on stderr. */
export const catalogCommand: CliCommand = {
  declare(command) {
    command
      .argument('[dir]', "a data set's directory, or a folder that holds some; or s3://bucket/prefix")
      .option(
        '--out <dir>',
        "write it below this folder, as <name>/<version>/catalog (default: in the data set's directory)",
      )
      .option('--no-explorer', 'leave out the explorer, which takes the most time');
  },
  json: EVENTS,
  quiet: 'no progress; print the folders alone',
  help: HELP,
  interrupted: { untouched: 'the catalog that was there stays' },
  run: (command, words, signal) => writeCatalogs(readCatalogWords(command, words), signal),
};

/**
 * Reads a command line.
 *
 * @throws {DatasetError} `USAGE`
 */
export function readCatalogWords(command: Command, words: readonly string[]): CatalogArguments {
  const options = command.parse(words, { from: 'user' }).opts<Omit<CatalogArguments, 'directory'>>();
  const directory = expectDirectory(command);
  if (options.out === '') throw usage('--out is empty: name a folder, or leave it out');
  expectLocal('--out', options.out);
  return { directory, ...options };
}

async function writeCatalogs(
  { directory, explorer, out, json, quiet }: CatalogArguments,
  signal: AbortSignal,
): Promise<void> {
  const options = {
    explorer,
    out,
    ...fetchOptions({ json, quiet }),
    signal,
    ...progressOn(process.stderr, quiet === true),
  };
  for (const one of await findEverywhere(directory, signal)) {
    const start = performance.now();
    const written = await writeCatalog(one, options);
    const seconds = (performance.now() - start) / 1000;
    if (json === true) printJson({ event: 'catalog', directory: one, ...written, seconds });
    else process.stdout.write(quiet === true ? `${written.folder}\n` : summary(written, seconds));
  }
}

function summary({ dataset, version, folder, files, rows }: WrittenCatalog, seconds: number): string {
  const what = `${dataset} ${version}, ${formatThings(rows, 'row')} read in ${seconds.toFixed(1)} s`;
  return `${folder}: the catalog of ${what}\n  ${files.join(', ')}\n`;
}

/** Rows between two words of progress. */
const STEP = 5000;

/** Progress in place on a terminal, and none elsewhere: a run is over before a line would tell anything. */
function progressOn(terminal: NodeJS.WriteStream, quiet: boolean): CatalogOptions {
  if (quiet || !terminal.isTTY) return {};
  return {
    onRows(done, all) {
      if (done === all) terminal.write('\r\u001b[K');
      else if (done % STEP === 0) terminal.write(`\r${formatCount(done)} of ${formatCount(all)} rows`);
    },
  };
}
