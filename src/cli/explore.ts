import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveFolder } from '../catalog/explorer/serve.js';
import { EXPLORER_PAGE } from '../catalog/explorer/write.js';
import { CATALOG_FOLDER } from '../directory/catalog-folder.js';
import { DatasetError } from '../errors.js';
import type { StoredOptions } from '../fetch/open.js';
import { isStorageUrl } from '../storage/s3-url.js';
import { type CliCommand, count, expectDirectory } from './command.js';
import { printJson } from './ending.js';
import { withFetching } from './fetching.js';

const HELP = `Examples:
  $ idx-shards explore ./data/mnist/3.0.1                serves the data set's folder, until Ctrl+C
  $ idx-shards explore ./data/mnist/3.0.1 --port 8080

The explorer is the page catalog/explorer.html of the data set, which must have been written. Any other static server does as well;
this one serves to this machine alone, and parts of files, so that no more of the Parquet shards is read than is looked at.

Of a data set in object storage the Parquet shards are fetched into the cache, where the command catalog has written the page.

Exit codes: 0 ended by Ctrl+C, 2 usage, 3 network, 4 there is no explorer, 5 disk, or the port is taken.
`;

/** What the command line of `explore` says. */
interface ExploreArguments {
  directory: string;
  port?: number | undefined;
  json?: boolean | undefined;
}

const MOST_PORTS = 65_535;

/** Serves an explorer until a signal comes: its address is told on stdout. */
export const exploreCommand: CliCommand = {
  declare(command) {
    command
      .argument(
        '[dir]',
        "a data set's directory, or its address s3://bucket/prefix; its catalog has been written",
      )
      .option('--port <n>', 'the port (default: any that is free)', count('--port', MOST_PORTS));
  },
  json: 'the address as JSON',
  help: HELP,
  run(command, words) {
    const options = command.parse(words, { from: 'user' }).opts<Omit<ExploreArguments, 'directory'>>();
    return explore({ directory: expectDirectory(command), ...options });
  },
};

async function explore({ directory, port, json }: ExploreArguments): Promise<void> {
  const folder = await withFetching(directory, { json }, (fetching) => folderOf(directory, fetching));
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
  const { url, close } = await serveFolder(folder, port);
  const address = `${url}${CATALOG_FOLDER}/${EXPLORER_PAGE}`;
  if (json === true) printJson({ event: 'serving', directory, url: address });
  else process.stdout.write(`${address}\n`);
  await ended;
  await close();
}

/**
 * The folder that is served. Of a data set in object storage it is that in the cache, into which all that the page reads is fetched.
 *
 * @throws {DatasetError} `NO_DATASET` where there is no explorer in it, and those of fetching
 */
async function folderOf(directory: string, fetching: StoredOptions): Promise<string> {
  if (!isStorageUrl(directory)) {
    requireExplorer(directory, directory);
    return directory;
  }
  const { openDirectory } = await import('../fetch/everywhere.js');
  const { access, shards, formats } = await openDirectory(directory, fetching);
  requireExplorer(access.directory, directory);
  const parquet = shards.flatMap(({ files }) => files.get('parquet') ?? []);
  const wanted = formats.includes('parquet') ? parquet : [];
  for await (const _ of access.ready(wanted));
  return access.directory;
}

function requireExplorer(folder: string, directory: string): void {
  const page = join(folder, CATALOG_FOLDER, EXPLORER_PAGE);
  if (!existsSync(page))
    throw new DatasetError('NO_DATASET', `${directory} has no explorer`, {
      expected: page,
      found: 'no such file',
      next: `Write it with the command catalog: idx-shards catalog ${directory} (or npm run catalog -- ${directory})`,
    });
}
