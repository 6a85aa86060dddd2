import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asDiskError } from '../../errors.js';
import { packageRoot } from '../../fs/package-root.js';
import { open } from '../../load/dataset.js';
import { computeExplorerData } from './compute.js';
import { EXPLORER_DATA_FILE } from './data.js';

/** The page that the explorer is. */
export const EXPLORER_PAGE = 'explorer.html';

/** How {@link writeExplorer} tells what it is at. */
export interface ExplorerProgress {
  /** Is called after each row that is read. */
  onRow?: (() => void) | undefined;
}

/**
 * Writes the explorer of a published data set into a folder, which is made where it is not there: `explorer.html`, what it needs, and
 * `explorer-data.json`. The page reads images from the Parquet shards, which it looks for in the folder above its own. The same data
 * give the same bytes.
 *
 * @param directory of the data set
 * @returns the names of the files, in the order of the alphabet
 * @throws {DatasetError} `NO_DATASET`, `FILE_MISSING`, `MANIFEST_INVALID`, `DISK`, `DISK_FULL`, and those of damaged rows
 */
export async function writeExplorer(
  directory: string,
  folder: string,
  { onRow }: ExplorerProgress = {},
): Promise<string[]> {
  const data = await computeExplorerData(await open(directory), onRow);
  const built = fileURLToPath(new URL('dist/explorer/', packageRoot));
  try {
    await mkdir(folder, { recursive: true });
    const files = (await readdir(built)).sort();
    for (const file of files) await copyFile(join(built, file), join(folder, file));
    await writeFile(join(folder, EXPLORER_DATA_FILE), `${JSON.stringify(data)}\n`);
    return [...files, EXPLORER_DATA_FILE].sort();
  } catch (error) {
    throw asDiskError(error, `writing the explorer into ${folder}`);
  }
}
