import { fileURLToPath } from 'node:url';
import type { FormatName } from '../../src/formats/formats.js';
import { packageRoot } from '../../src/fs/package-root.js';
import { measureNode, type ProcessUsage } from './child.js';
import { inEmptyFolder, type Setting } from './setting.js';

/** The words with which the command prepares the data set that is measured with. */
export function preparingWords({ data }: Setting, formats: readonly FormatName[]): string[] {
  return ['--dataset', data.definition.name, '--archives', data.archives, '--formats', formats.join()];
}

/** Runs the command itself, as a user does, and tells what it took. */
export async function measureCommand(
  { signal }: Setting,
  words: readonly string[],
  out: string,
): Promise<ProcessUsage> {
  const command = fileURLToPath(new URL('dist/scripts/idx-shards.js', packageRoot));
  return measureNode([command, 'prepare', '--quiet', ...words, '--out', out], { signal });
}

/** The same into a folder that is removed afterwards. */
export async function measurePrepare(setting: Setting, words: readonly string[]): Promise<ProcessUsage> {
  return inEmptyFolder(setting, (out) => measureCommand(setting, words, out));
}
