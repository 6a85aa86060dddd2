import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { tensorEncoding } from '../../dist/src/dataset/feature.js';
import type { PublishedFeature } from '../../dist/src/directory/features.js';
import { type ShardRow, shardRows } from '../../dist/src/directory/shard-rows.js';
import {
  FORMAT_NAMES,
  type FormatName,
  type ShardLayout,
  writeShard,
} from '../../dist/src/formats/formats.js';
import { loadDecompressors } from '../../dist/src/formats/parquet/decompressors.js';
import { COMPRESSIONS } from '../../dist/src/formats/parquet/settings.js';
import { OpenFile } from '../../dist/src/fs/open-file.js';
import { TENSOR_TYPES } from '../../dist/src/rows/table.js';
import { mutated, numbers, oneOf, type Pick } from '../fuzz/fuzz.js';
import { bytesIn, type Case, type Operation, type Outcome } from './operation.js';
import { manyRows } from './slices.js';
import { encodedSplit, featuresOf, type Rows, rowsText } from './split.js';

/** A shard to write. */
interface Shard {
  format: FormatName;
  rows: Rows;
  layout: ShardLayout;
  spilled: boolean;
}

function layoutOf(pick: Pick, { kind, dtype, shape, labels }: Rows): ShardLayout {
  const columns = {
    image: kind === 'image' ? 'image' : 'features',
    label: labels ? 'label' : undefined,
    index: pick(2) === 0 ? 'index' : undefined,
  };
  const classNames =
    labels && pick(2) === 0 ? Array.from({ length: 10 }, (_, label) => `class ${label}`) : undefined;
  const image = kind === 'tensor' ? 'tensor' : oneOf(pick, ['png', 'png', 'tensor'] as const);
  return {
    table: { columns, classNames, image, tensors: oneOf(pick, TENSOR_TYPES), dtype, shape },
    compression: oneOf(pick, COMPRESSIONS),
    arrowForm: oneOf(pick, ['file', 'stream'] as const),
  };
}

function shards(format: FormatName, pick: Pick): Shard[] {
  return manyRows(pick).map((rows, at) => ({
    format,
    rows,
    layout: layoutOf(pick, rows),
    spilled: at % 2 === 0,
  }));
}

function nameOf({ rows, layout, spilled }: Shard): string {
  const { table, compression, arrowForm } = layout;
  const columns = Object.values(table.columns).flatMap((name) => name ?? []);
  return [
    rowsText(rows),
    columns,
    table.image,
    table.tensors,
    compression,
    arrowForm,
    spilled ? 'spilled' : [],
  ]
    .flat()
    .join(', ');
}

/**
 * Writes a shard into a folder.
 *
 * @param fails whether a row is missing: in memory the last one, in a scratch file all but its first byte
 */
async function write(
  { format, rows, layout, spilled }: Shard,
  folder: string,
  fails = false,
): Promise<Uint8Array> {
  const path = join(folder, 'shard');
  const split = encodedSplit(rows, layout.table.image === 'tensor', spilled, folder);
  if (fails && split.state === 'in memory') split.encoded.order[rows.rows - 1] = 2 ** 31;
  if (fails && split.state === 'spilled') await truncate(split.encoded.path, 1);
  await writeShard({ format, path, range: { start: 0, end: rows.rows }, split, layout });
  return readFile(path);
}

/** Whole shards, as a worker writes one after the other; some fail in the middle. */
export const WRITING: readonly Operation[] = FORMAT_NAMES.map((format) => ({
  name: `${format}, writing`,
  tries: 6,
  cases: (pick) =>
    shards(format, pick).flatMap((shard, at): Case[] => {
      const whole: Case = { name: nameOf(shard), run: ({ folder }) => write(shard, folder) };
      const fails: Case = {
        name: `${nameOf(shard)}, fails`,
        run: ({ folder }) => write(shard, folder, true),
      };
      return at % 4 === 1 ? [whole, fails] : [whole];
    }),
}));

const DAMAGES = ['whole', 'whole', 'cut', 'mutated'] as const;

/** Their rows, as `verify` and `load` read them; some files are damaged. */
export const READING: readonly Operation[] = FORMAT_NAMES.map((format) => ({
  name: `${format}, reading`,
  tries: 6,
  cases: (pick) =>
    shards(format, pick).map((shard, at): Case => {
      const damage = DAMAGES[at % DAMAGES.length]!;
      const seed = pick(2 ** 31);
      return {
        name: `${nameOf(shard)}, ${damage}`,
        material: async (folder) => {
          const bytes = await write(shard, folder);
          if (damage === 'cut') return bytes.subarray(0, Math.floor(bytes.length * 0.8));
          return damage === 'mutated' ? mutated(bytes, numbers(seed)) : bytes;
        },
        run: ({ path }) => read(shard, path),
      };
    }),
}));

async function read({ format, rows }: Shard, path: string): Promise<Outcome> {
  const { input, label } = featuresOf(rows);
  const features: PublishedFeature[] = [
    input.kind === 'image' ? { ...input } : { ...input, encoding: tensorEncoding(input.dtype) },
    ...(label === undefined ? [] : [{ kind: 'label', name: label, classes: 10 } as const]),
  ];
  const file = new OpenFile(path);
  const found: Outcome[] = [];
  try {
    for (const row of shardRows(format, file, { features, decompressors: await loadDecompressors() }))
      found.push(row instanceof Error ? row.message : rowOutcome(row));
  } catch (error) {
    // What was read before it counts, too.
    found.push(String(error));
  } finally {
    file.close();
  }
  return found;
}

function rowOutcome({ cells, path, rowNumber, serializedBytes }: ShardRow): Outcome {
  const values = [...cells].map(([name, cell]): Outcome => {
    if ('bytes' in cell) return [name, Uint8Array.from(cell.bytes)];
    return [name, ArrayBuffer.isView(cell.numbers) ? bytesIn(cell.numbers) : cell.numbers.join()];
  });
  return [...values, String(path), String(rowNumber), String(serializedBytes)];
}
