import { fault } from '../errors.js';
import { FORMAT_NAMES, type FormatName } from '../formats/formats.js';
import { FRAMING_BYTES } from '../formats/tfrecord/framing.js';
import { type Entries, missing } from './entries.js';
import type { FileFault } from './faults.js';
import type { PublishedInfo, PublishedSplit } from './info.js';
import { shardFileOf } from './shard-file.js';

/** One range of a split's rows, and the files that hold it. */
export interface PublishedShard {
  split: PublishedSplit;
  /** Number of the shard, from 0. */
  shard: number;
  /** Place of its first row in the order of the split. */
  start: number;
  rows: number;
  /** Files by their format, as far as they are there. */
  files: ReadonlyMap<FormatName, string>;
}

/** The shards of a data set, those that are not there among them. */
export interface ShardInventory {
  shards: PublishedShard[];
  /** The formats that each shard of each split is there in. */
  formats: FormatName[];
  /** Names of all files that belong to a format of which one is there. */
  names: string[];
  /** What is missing, empty or of another size than the manifest says. */
  faults: FileFault[];
}

/**
 * Which shards there are and in which formats. A format counts as the data set's where one of its shards is there, or is named
 * by the checksums; where none is of any, the manifest's own is what is missing.
 *
 * @param checksums SHA-256 by file, where there are checksums
 */
export function takeInventory(
  info: PublishedInfo,
  entries: Entries,
  checksums: ReadonlyMap<string, string> | undefined,
): ShardInventory {
  const { files } = entries;
  const all = FORMAT_NAMES.map((format) => ({
    format,
    ofSplits: info.splits.map((split) =>
      split.shardLengths.map((_, shard) => shardFileOf(info, split, format, shard)),
    ),
  }));
  const isMeant = (name: string): boolean => files.has(name) || checksums?.has(name) === true;
  const meant = all.filter(({ ofSplits }) => ofSplits.flat().some(isMeant));
  const present = meant.length > 0 ? meant : all.filter(({ format }) => format === info.fileFormat);
  const names = present.flatMap(({ ofSplits }) => ofSplits.flat());
  return {
    shards: info.splits.flatMap((split, at) => {
      let start = 0;
      return split.shardLengths.map((rows, shard) => {
        const own = present.flatMap(({ format, ofSplits }) => {
          const name = ofSplits[at]?.[shard] ?? '';
          return files.has(name) ? [[format, name] as const] : [];
        });
        const here = { split, shard, start, rows, files: new Map(own) };
        start += rows;
        return here;
      });
    }),
    formats: present
      .filter(({ ofSplits }) => ofSplits.flat().every((name) => files.has(name)))
      .map(({ format }) => format),
    names,
    faults: [
      ...names.filter((name) => !files.has(name)).map((name) => missing(name, entries)),
      ...names.filter((name) => files.get(name) === 0).map(empty),
      ...present
        .filter(({ format }) => format === 'tfrecord')
        .flatMap(({ ofSplits }) =>
          info.splits.flatMap((split, at) => otherSize(split, ofSplits[at] ?? [], files)),
        ),
    ],
  };
}

function empty(file: string): FileFault {
  return { file, error: fault('FILE_BYTES', `${file} is empty`, { expected: 'a shard', found: '0 bytes' }) };
}

/** TFRecord files hold the serialized examples and their framing, and nothing else. */
function otherSize(
  { name, numBytes, rows }: PublishedSplit,
  shards: readonly string[],
  files: ReadonlyMap<string, number>,
): FileFault[] {
  const bytes = shards.reduce((sum, file) => sum + (files.get(file) || Number.NaN), 0);
  const expected = numBytes + FRAMING_BYTES * rows;
  // What is missing or empty is told of already.
  if (Number.isNaN(bytes) || bytes === expected) return [];
  const error = fault(
    'FILE_BYTES',
    `the TFRecord shards of ${name} have another size than the manifest says`,
    {
      expected: `${expected} bytes: ${numBytes} and ${FRAMING_BYTES} for each of ${rows} rows`,
      found: `${bytes} bytes`,
    },
  );
  return [{ file: shards.join(', '), error }];
}
