import type { DatasetDefinition } from '../dataset/definition.js';
import { rowKeysOf } from '../dataset/row-keys.js';
import type { PublishedFeature } from '../directory/features.js';
import type { PublishedSplit } from '../directory/info.js';
import { DATASET_INFO_FILE } from '../directory/manifest/dataset-info.js';
import type { DatasetDirectory } from '../directory/read.js';
import type { PublishedShard } from '../directory/shards.js';
import { asDatasetError, fault } from '../errors.js';
import { loadDecompressors } from '../formats/parquet/decompressors.js';
import { orderOfRows } from '../plan/order.js';
import type { RowKeys } from '../plan/row-keys.js';
import { RowChecker } from './check-row.js';
import { checkShard, type ShardCheck } from './check-shard.js';
import type { FeatureOrders } from './feature-orders.js';
import type { Findings } from './findings.js';
import { checkBytes } from './rewrite.js';
import { type SourceOptions, SplitSources } from './sources.js';

/** What the check of a split works with. */
export interface SplitCheck {
  /** None where nothing tells of them: the records alone are checked then. */
  features: readonly PublishedFeature[] | undefined;
  definition: DatasetDefinition | undefined;
  options: SourceOptions & { signal?: AbortSignal | undefined };
  findings: Findings;
  orders: FeatureOrders;
}

/** Reads every row of a split in every format, and compares them with each other and with the archives. */
export async function checkSplit(
  { access: { directory }, shards, files, classNames, rowKeys }: DatasetDirectory,
  split: PublishedSplit,
  { features, definition, options, findings, orders }: SplitCheck,
): Promise<void> {
  const own = shards.filter((shard) => shard.split === split);
  if (split.rows > bytesOf(own, files)) {
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the split ${split.name} cannot have as many rows as the manifest says`, {
        expected: 'a byte for each row at least',
        found: `${split.rows} rows`,
      }),
    );
    return;
  }
  const order = orderOfRows(rowKeys.get(split.name) ?? definedKeys(split, definition), split.rows);
  const decompressors = await loadDecompressors();
  const sources = await findSources(split, definition, options, findings);
  const onRow = sources === undefined ? undefined : sources.take.bind(sources);
  const checker = features && new RowChecker(features, findings);
  const check: ShardCheck = { directory, features, checker, decompressors, order, findings, orders, onRow };
  let serialized: number | undefined = 0;
  for (const shard of own) {
    options.signal?.throwIfAborted();
    const before = findings.total;
    const bytes = checkShard(shard, check);
    serialized = bytes === undefined || serialized === undefined ? undefined : serialized + bytes;
    if (features === undefined || findings.total > before) continue;
    const label = features.find(({ kind }) => kind === 'label');
    const names = label === undefined ? undefined : classNames.get(label.name);
    await checkBytes(shard, { directory, features, classNames: names, order, decompressors, findings });
  }
  if (serialized !== undefined && serialized !== split.numBytes)
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the examples of ${split.name} have another size than numBytes says`, {
        expected: `${split.numBytes} bytes`,
        found: `${serialized} bytes`,
      }),
    );
  await sources?.compare(findings);
}

/** The keys of a split's rows by its definition, where that is known: TFDS leaves no file that tells of them. */
function definedKeys({ name, rows }: PublishedSplit, definition: DatasetDefinition | undefined): RowKeys {
  const split = definition?.splits.find((one) => one.name === name && one.rows === rows);
  return split === undefined ? { splitName: name } : rowKeysOf(split);
}

/** Bytes of all files of some shards; the rows cannot be more, before memory is taken for each of them. */
function bytesOf(shards: readonly PublishedShard[], bytes: ReadonlyMap<string, number>): number {
  const names = shards.flatMap(({ files }) => [...files.values()]);
  return names.reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0);
}

async function findSources(
  { name, rows }: PublishedSplit,
  definition: DatasetDefinition | undefined,
  options: SourceOptions,
  findings: Findings,
): Promise<SplitSources | undefined> {
  const split = definition?.splits.find((one) => one.name === name);
  if (definition === undefined) return undefined;
  if (split === undefined || split.rows !== rows) {
    findings.add(
      DATASET_INFO_FILE,
      fault('COUNT_MISMATCH', `the split ${name} is not the one of the definition`, {
        expected:
          split === undefined ? definition.splits.map((one) => one.name).join(', ') : `${split.rows} rows`,
        found: split === undefined ? name : `${rows} rows`,
      }),
    );
    return undefined;
  }
  let why = 'they are not in the cache; --archives says where they are';
  const sources = await SplitSources.find(definition, split, options).catch((error: unknown) => {
    // The archives are at fault, and not the data set.
    why = asDatasetError(error).message;
    return undefined;
  });
  if (sources === undefined) findings.skip(`the split ${name} against its archives`, why);
  return sources;
}
