import { Command } from 'commander';
import { type CatalogOptions, type WrittenCatalog, writeCatalog } from '../catalog/write.js';
import { findDatasets } from '../directory/find.js';
import { formatCount, formatThings } from '../fs/size.js';
import { readWords, usage } from './command.js';
import { listenForSignals, printJson, reportError } from './ending.js';
import { packageVersion } from './version.js';

const EXAMPLES = `
Examples:
  $ npm run catalog -- ./data/mnist/3.0.1                 writes ./data/mnist/3.0.1/catalog
  $ npm run catalog -- ./data                             that of every data set below ./data
  $ npm run --silent catalog -- ./data --json | jq .      one event a line

The folder holds catalog.html, a page to be opened in a browser, from the disk too; catalog.md, the same in Markdown; figure.png and
figure.svg; croissant.json; statistics.json; and explorer.html, a page over all examples that npm run explore shows.
Everything is read from the shards; what was there before is replaced. The same data give the same bytes.

Exit codes: 0 done, 2 usage, 4 no data set or a damaged one, 5 disk, 130 interrupted.
`;

/** What the command line of `catalog` says. */
export interface CatalogArguments {
  directory: string;
  explorer: boolean;
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** The command `catalog`, from its words to its exit code: what was written on stdout, progress on stderr. */
export async function main(words: readonly string[]): Promise<number> {
  const interruption = listenForSignals('the catalog that was there stays');
  try {
    const parsed = parseCatalogArguments(words, await packageVersion());
    if ('text' in parsed) process.stdout.write(parsed.text);
    else await run(parsed, interruption.signal);
    return 0;
  } catch (thrown) {
    const { exitCode } = reportError(thrown, { json: words.includes('--json') });
    return interruption.exitCode ?? exitCode;
  } finally {
    interruption.close();
  }
}

/**
 * Reads a command line; a text where one was asked for instead of a run (`--help`, `--version`).
 *
 * @throws {DatasetError} `USAGE`
 */
export function parseCatalogArguments(
  words: readonly string[],
  version: string,
): CatalogArguments | { text: string } {
  const command = new Command('idx-shards-catalog')
    .description(
      'Writes the catalog pages of a prepared data set: what it is, its figure, its examples, its statistics.',
    )
    .argument('[dir]', "a data set's directory, or a folder that holds some")
    .option('--no-explorer', 'leave out the explorer, which takes the most time')
    .option('--json', 'results as JSON: one event a line')
    .option('--quiet', 'no progress; print the folders alone')
    .option('-V, --version', "this tool's version")
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES);
  const text = readWords(command, words);
  if (text !== undefined) return { text };
  const { version: asked, ...options } = command.opts<
    Omit<CatalogArguments, 'directory'> & { version?: true }
  >();
  if (asked === true) return { text: `${version}\n` };
  const [directory] = command.args;
  if (directory === undefined || directory === '') throw usage('which directory? Name that of a data set');
  return { directory, ...options };
}

async function run(
  { directory, explorer, json, quiet }: CatalogArguments,
  signal: AbortSignal,
): Promise<void> {
  for (const one of await findDatasets(directory)) {
    const start = performance.now();
    const written = await writeCatalog(one, {
      explorer,
      signal,
      ...progressOn(process.stderr, quiet === true),
    });
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
