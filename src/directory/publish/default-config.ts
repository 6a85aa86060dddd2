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
  const { name, config } = definition;
  if (config === undefined) return;
  const path = join(out, name, '.config', 'metadata.json');
  const text = defaultConfigJson(definition.defaultConfig ?? config.name);
  const isThere = async (): Promise<boolean> =>
    (await readFile(path, 'utf8').catch(() => undefined)) === text;
  if ((await isThere()) && !(await hasLockFiles(path))) return;
  await requireContained(out, path);
  await withLock(path, { wait: true }, async () => {
    if (!(await isThere())) await writeWhole(path, Buffer.from(text));
  });
}

/** As Python's `json.dumps` spells it; names of configs hold nothing that JSON escapes. */
function defaultConfigJson(defaultConfig: string): string {
  return `{"default_config_name": ${JSON.stringify(defaultConfig)}}`;
}
