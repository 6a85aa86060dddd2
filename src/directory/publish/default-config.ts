import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetDefinition } from '../../dataset/definition.js';
import { requireContained } from '../../fs/contained-path.js';
import { hasLockFiles } from '../../fs/lock/file-lock.js';
import { withLock } from '../../fs/lock/with-lock.js';
import { writeWhole } from '../../fs/partial-file.js';

/**
 * Writes what TFDS keeps beside the configs of a data set, `<out>/<name>/.config/metadata.json` (`_save_default_config_name`
 * in `tensorflow_datasets/core/dataset_builder.py`), so that the data set's name alone stands for one of them. The file is
 * there whole or not at all, also where several runs write it; it is the same for each config, and left alone where it is
 * there as it should be. A data set without configs has none.
 *
 * @throws {DatasetError} `DISK`, `DISK_FULL`
 */
export async function writeDefaultConfig(out: string, definition: DatasetDefinition): Promise<void> {
  const file = defaultConfigFile(definition);
  if (file === undefined) return;
  const { text } = file;
  const path = join(out, file.path);
  const isThere = async (): Promise<boolean> =>
    (await readFile(path, 'utf8').catch(() => undefined)) === text;
  if ((await isThere()) && !(await hasLockFiles(path))) return;
  await requireContained(out, path);
  await withLock(path, { wait: true }, async () => {
    if (!(await isThere())) await writeWhole(path, Buffer.from(text));
  });
}

/** The file that {@link writeDefaultConfig} writes, by its path below `out`; `undefined` for a data set without configs. */
export function defaultConfigFile({
  name,
  config,
  defaultConfig = config?.name,
}: DatasetDefinition): { path: string; text: string } | undefined {
  if (config === undefined) return undefined;
  // As Python's `json.dumps` spells it; names of configs hold nothing that JSON escapes.
  const text = `{"default_config_name": ${JSON.stringify(defaultConfig)}}`;
  return { path: `${name}/.config/metadata.json`, text };
}
