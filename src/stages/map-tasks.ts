import { isPlain } from '../archive/plain.js';
import { featuresOf, onceEach } from '../dataset/definition.js';
import { rowBytesOf } from '../dataset/feature.js';
import {
  type ArchiveDefinition,
  type PlacedPart,
  placedParts,
  type SplitDefinition,
} from '../dataset/split-definition.js';
import { roundHalfToEven } from '../plan/round.js';
import { archivesOfRange } from '../prepare/range-archives.js';
import { rowSizes } from './buckets.js';
import type { JobSpec } from './job-spec.js';

/** What one map task does. */
export type MapTask =
  /** The rows from `start` to before `end` of a split are encoded. */
  | { kind: 'rows'; split: SplitDefinition; start: number; end: number }
  /** An archive is read whole for its checksum, as those who read ranges of it cannot tell. */
  | { kind: 'check'; archive: ArchiveDefinition };

/** A task of the first kind. */
export type RowsTask = Extract<MapTask, { kind: 'rows' }>;

/** Encoded rows of a task, whatever is in them: few enough that one is no loss when its machine dies, and goes in one piece. */
const MOST_BYTES = 2 ** 30;

/** The map tasks of a job, in the order of their numbers. */
export function mapTasks(spec: JobSpec): MapTask[] {
  const rows = spec.definition.splits.flatMap((split) => rowTasks(spec, split));
  const features = featuresOf(spec.definition);
  const inRanges = rows.flatMap(
    ({ split, start, end }) => archivesOfRange({ split, features }, { start, end }).inRanges,
  );
  return [...rows, ...onceEach(inRanges).map((archive) => ({ kind: 'check' as const, archive }))];
}

function rowTasks(spec: JobSpec, split: SplitDefinition): RowsTask[] {
  const cuts = [0, ...cutsOf(spec, split), split.rows];
  return cuts.slice(1).map((end, at) => ({ kind: 'rows' as const, split, start: cuts[at]!, end }));
}

/** Where the rows of a split are cut, in ascending order. */
function cutsOf(spec: JobSpec, split: SplitDefinition): number[] {
  const { maps } = spec;
  const { recordBytes, sampleBytes } = rowSizes(spec);
  const most = Math.max(1, Math.floor(MOST_BYTES / (recordBytes + sampleBytes)));
  const tasks = Math.min(split.rows, maps ?? Math.ceil(split.rows / most));
  const parts = placedParts(split);
  const cuts = Array.from({ length: tasks - 1 }, (_, at) => roundHalfToEven(split.rows * (at + 1), tasks));
  if (maps !== undefined) return cuts;
  const fitting = new Set(cuts.map((cut) => nearestCut(spec, { parts, firstRows: split.firstRows }, cut)));
  return [...fitting].filter((cut) => cut > 0 && cut < split.rows);
}

/** A compressed archive would be inflated from its start by each who reads a piece of it: it is cut at its ends alone. */
function nearestCut(
  { definition }: JobSpec,
  { parts, firstRows }: { parts: readonly PlacedPart[]; firstRows: boolean | undefined },
  cut: number,
): number {
  const part = parts.findLast(({ firstRow }) => firstRow <= cut);
  if (part === undefined) return cut;
  if (isPlain(part.images, part.rows, rowBytesOf(featuresOf(definition).input), firstRows)) return cut;
  const end = part.firstRow + part.rows;
  return cut - part.firstRow <= end - cut ? part.firstRow : end;
}
