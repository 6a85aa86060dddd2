import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../fs/package-root.js';
import { EXPLORER_DATA_FILE, type ExplorerData } from './data.js';

/** The page that the explorer is. */
export const EXPLORER_PAGE = 'explorer.html';

/**
 * Writes the explorer into a folder: `explorer.html`, what it needs, and `explorer-data.json`. The page reads images from the Parquet
 * shards, which it looks for in the folder above its own. The same data give the same bytes.
 *
 * @returns the names of the files, in the order of the alphabet
 * @throws system errors of the disk
 */
export async function writeExplorer(data: ExplorerData, folder: string): Promise<string[]> {
  const built = fileURLToPath(new URL('dist/explorer/', packageRoot));
  const files = (await readdir(built)).sort();
  for (const file of files) await copyFile(join(built, file), join(folder, file));
  await writeFile(join(folder, EXPLORER_DATA_FILE), `${JSON.stringify(data)}\n`);
  return [...files, EXPLORER_DATA_FILE].sort();
}
