import { fault } from '../errors.js';
import { isShardName, SHARD_TEMPLATE_BY_ENDING, shardFileName } from '../plan/filename.js';
import type { Entries } from './entries.js';
import type { FileFault } from './faults.js';
import type { PublishedFeature } from './features.js';
import type { PublishedInfo } from './info.js';
import { CARD_FILE } from './manifest/card.js';
import { CHECKSUMS_FILE } from './manifest/checksums.js';
import { DATASET_INFO_FILE } from './manifest/dataset-info.js';
import { FEATURES_FILE, labelsFileName } from './manifest/features.js';
import { ROW_KEYS_FILE } from './manifest/row-keys.js';
import type { ShardInventory } from './shards.js';

/**
 * What a data set may have beside its manifests, its shards and the names of its classes: its checksums, its card, the keys of its
 * rows, and what TFDS writes for a license and of a `MetadataDict`.
 */
const OPTIONAL: readonly string[] = [CHECKSUMS_FILE, CARD_FILE, ROW_KEYS_FILE, 'LICENSE', 'metadata.json'];

/** What the files of a data set say, as far as they can be read. */
export interface Known {
  info: PublishedInfo | undefined;
  inventory: ShardInventory | undefined;
  features: readonly PublishedFeature[] | undefined;
  checksums: ReadonlyMap<string, string> | undefined;
}

/** Whatever does not belong to the data set, a fault each. */
export function extraFaults({ files, others }: Entries, known: Known): FileFault[] {
  const own = ownNames(known);
  const { checksums } = known;
  const faults: FileFault[] = [];
  for (const name of [...files.keys(), ...others.keys()].sort()) {
    const kind = others.get(name);
    // What has the name of a file that must be there is told of as missing.
    if (!own(name))
      faults.push(
        extra(name, kind === undefined ? 'does not belong to the data set' : 'is no file', {
          expected: kind === undefined ? expectedNames(known) : 'files alone',
          found: kind ?? name,
        }),
      );
    else if (kind === undefined && name !== CHECKSUMS_FILE && checksums?.has(name) === false)
      faults.push(
        extra(name, `is not named in ${CHECKSUMS_FILE}`, {
          expected: 'the files that it names',
          found: name,
        }),
      );
  }
  return faults;
}

/** Whether a name is one of the data set's; where its manifests cannot be read, of any data set's. */
function ownNames({ inventory, features }: Known): (name: string) => boolean {
  const own = new Set([DATASET_INFO_FILE, FEATURES_FILE, ...OPTIONAL, ...(inventory?.names ?? [])]);
  for (const { name } of features ?? []) own.add(labelsFileName(name));
  return (name) =>
    own.has(name) ||
    // Up to 3.2.1 TFDS wrote the shape of each image to a file of its own.
    (features === undefined && /\.(labels\.txt|image\.json)$/.test(name)) ||
    (inventory === undefined && isShardName(name));
}

function extra(file: string, message: string, values: { expected: string; found: string }): FileFault {
  const next = 'Move it away, or prepare the data set again with --overwrite.';
  return { file, error: fault('FILE_EXTRA', `${file} ${message}`, { ...values, next }) };
}

function expectedNames({ info }: Known): string {
  const name = { dataset: info?.name ?? 'mnist', split: 'train', format: 'parquet', shard: 0, shards: 1 };
  return `manifest, features, labels, checksums, and shards such as ${shardFileName(name, SHARD_TEMPLATE_BY_ENDING)}`;
}
