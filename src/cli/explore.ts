import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { serveFolder } from '../catalog/explorer/serve.js';
import { EXPLORER_PAGE } from '../catalog/explorer/write.js';
import { DatasetError } from '../errors.js';
import { count, readWords, usage } from './command.js';
import { printJson, reportError } from './ending.js';
import { packageVersion } from './version.js';

const EXAMPLES = `
Examples:
  $ npm run explore -- ./data/mnist/3.0.1                serves the data set's folder, until Ctrl+C
  $ npm run explore -- ./data/mnist/3.0.1 --port 8080

The explorer is the page catalog/explorer.html of the data set, which must have been written. Any other static server does as well;
this one serves to this machine alone, and parts of files, so that no more of the Parquet shards is read than is looked at.

Exit codes: 0 ended by Ctrl+C, 2 usage, 4 there is no explorer, 5 disk, or the port is taken.
`;

/** What the command line of `explore` says. */
export interface ExploreArguments {
  directory: string;
  port?: number | undefined;
  json?: boolean | undefined;
}

const CATALOG = 'catalog';
const MOST_PORTS = 65_535;

/** The command `explore`, from its words to its exit code: the page's address on stdout; ends with a signal. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const parsed = parseExploreArguments(words, await packageVersion());
    if ('text' in parsed) process.stdout.write(parsed.text);
    else await run(parsed);
    return 0;
  } catch (thrown) {
    return reportError(thrown, { json: words.includes('--json') }).exitCode;
  }
}

/**
 * Reads a command line; a text where one was asked for instead of a run (`--help`, `--version`).
 *
 * @throws {DatasetError} `USAGE`
 */
export function parseExploreArguments(
  words: readonly string[],
  version: string,
): ExploreArguments | { text: string } {
  const command = new Command('idx-shards-explore')
    .description('Serves the explorer of a data set to this machine.')
    .argument('[dir]', "a data set's directory, whose catalog has been written")
    .option('--port <n>', 'the port (default: any that is free)', count('--port', MOST_PORTS))
    .option('--json', 'the address as JSON')
    .option('-V, --version', "this tool's version")
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES);
  const text = readWords(command, words);
  if (text !== undefined) return { text };
  const { version: asked, ...options } = command.opts<
    Omit<ExploreArguments, 'directory'> & { version?: true }
  >();
  if (asked === true) return { text: `${version}\n` };
  const [directory] = command.args;
  if (directory === undefined || directory === '') throw usage('which directory? Name that of a data set');
  return { directory, ...options };
}

async function run({ directory, port, json }: ExploreArguments): Promise<void> {
  const page = join(directory, CATALOG, EXPLORER_PAGE);
  if (!existsSync(page))
    throw new DatasetError('NO_DATASET', `${directory} has no explorer`, {
      expected: page,
      found: 'no such file',
      next: `Write it with npm run catalog -- ${directory}.`,
    });
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  const { url, close } = await serveFolder(directory, port);
  const address = `${url}${CATALOG}/${EXPLORER_PAGE}`;
  if (json === true) printJson({ event: 'serving', directory, url: address });
  else process.stdout.write(`${address}\n`);
  await ended;
  await close();
}
