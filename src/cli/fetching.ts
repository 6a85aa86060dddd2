import type { FetchEvent } from '../fetch/fetched-access.js';
import type { StoredOptions } from '../fetch/open.js';
import { formatBytes, formatThings } from '../fs/size.js';
import { isStorageUrl } from '../storage/s3-url.js';
import { listenForSignals, printJson, userCacheDir } from './ending.js';

/** How a command tells what it does. */
export interface Telling {
  json?: boolean | undefined;
  quiet?: boolean | undefined;
}

/** Where a command keeps what it fetches out of object storage; it says so on stderr, and with `--json` as an event. */
export function fetchOptions({ json, quiet }: Telling): StoredOptions & { cacheDir: string } {
  const onFetch = (event: FetchEvent): void => {
    const { from, to, files, bytes } = event;
    if (json === true) printJson(event);
    else if (quiet !== true)
      process.stderr.write(
        `fetching ${formatThings(files, 'file')}, ${formatBytes(bytes)}, from ${from} to ${to}\n`,
      );
  };
  return { cacheDir: userCacheDir(), onFetch };
}

/**
 * Reads a data set by its path or its address. While it lies in object storage, a signal ends the run by an error, and what was fetched
 * half is removed; on a disk there is nothing to remove, and a signal ends the process.
 */
export async function withFetching<T>(
  where: string,
  telling: Telling,
  read: (options: StoredOptions & { cacheDir: string }) => Promise<T>,
): Promise<T> {
  const about = { untouched: 'what was fetched whole is kept', next: 'Run the command again.' };
  const interruption = listenForSignals(isStorageUrl(where) ? about : undefined);
  try {
    return await read({ ...fetchOptions(telling), signal: interruption.signal });
  } finally {
    interruption.close();
  }
}
