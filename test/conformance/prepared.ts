import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareCli } from '../fixtures/cli.js';

/** Runs the compiled command into the folder `out` with these words beside, and gives the directory that it prints. */
export async function prepare(
  out: string,
  words: readonly string[],
  cache = join(out, 'cache'),
): Promise<string> {
  const { code, stdout, stderr } = await prepareCli(['--quiet', '--out', out, ...words], cache);
  if (code !== 0) throw new Error(`prepare ${words.join(' ')} ended with ${code}:\n${stderr}`);
  return stdout.trim();
}

/** The bytes of the shards of one split, one after the other in the order of their names, and those names. */
export async function readShards(
  directory: string,
  split: string,
): Promise<{ files: string[]; bytes: Buffer }> {
  const files = (await readdir(directory)).filter((file) => file.includes(`-${split}.tfrecord-`)).sort();
  const parts = await Promise.all(files.map((file) => readFile(join(directory, file))));
  return { files, bytes: Buffer.concat(parts) };
}
