import type { LocatedArchives } from '../archive/locate-all.js';
import type { OpenRanged } from '../archive/open-ranged.js';
import { archivesOfSplit, type RowSpan, type SplitDefinition } from '../dataset/split-definition.js';
import { DatasetError } from '../errors.js';
import type { MemoryBudget } from '../rows/spill/memory.js';
import type { EncodedSplit } from '../rows/spill/row-store.js';
import { encodeSplit } from './encode-split.js';
import type { RunSettings } from './options.js';
import type { WorkerPool } from './pool.js';
import type { StepTimes } from './steps.js';

/** A folder for files that are no part of what is made. */
export interface ScratchFolder {
  path(file: string): string;
  remove(file: string): Promise<void>;
}

/** What splits are encoded with. */
export interface Encoding {
  run: RunSettings;
  archives: LocatedArchives;
  /** Opens archives of which ranges are read; without it all are read whole. */
  openRanged?: OpenRanged | undefined;
  pool: WorkerPool;
  scratch: ScratchFolder;
  times: StepTimes;
}

/**
 * Encodes a split, or a range of its rows; where an archive of the cache proves to be damaged, gets that anew and tries once more.
 *
 * @throws {DatasetError} of archives that are not as they should be, `MEMORY`, `DISK`, `DISK_FULL`
 */
export async function encodeArchives(
  encoding: Encoding,
  split: SplitDefinition,
  budget: MemoryBudget,
  range?: RowSpan,
): Promise<EncodedSplit> {
  const scratch = `${split.name}.scratch`;
  try {
    return await encode(encoding, split, { budget, scratch, range });
  } catch (error) {
    const isDamaged = error instanceof DatasetError && error.code === 'ARCHIVE_CHECKSUM';
    if (!isDamaged || !(await encoding.archives.renewDamaged(archivesOfSplit(split, range)))) throw error;
    await encoding.scratch.remove(scratch);
    // What wrote the first one may still be at work on its name.
    return encode(encoding, split, { budget, scratch: `${split.name}.again.scratch`, range });
  }
}

async function encode(
  { run, archives, openRanged, pool, scratch: folder, times }: Encoding,
  split: SplitDefinition,
  { budget, scratch, range }: { budget: MemoryBudget; scratch: string; range: RowSpan | undefined },
): Promise<EncodedSplit> {
  const total = range === undefined ? split.rows : range.end - range.start;
  return times.of('encode', () =>
    encodeSplit({
      split,
      range,
      features: run.features,
      classes: run.classes,
      classNames: run.classNames,
      openRanged,
      locate: (archive) => times.of('archives', () => archives.locate(archive)),
      pool,
      keepSamples: run.keepSamples,
      budget,
      scratchPath: folder.path(scratch),
      onRows: (rows) => run.onEvent({ event: 'encode', split: split.name, rows, total }),
    }),
  );
}
