import { type Ratio, ratioOf } from './statistics.js';
import type { Figure } from './subject.js';
import type { Measured } from './turns.js';

/** Names of the parts of the benchmark. */
export const PARTS = ['stages', 'job', 'workers', 'load', 'scale'] as const;

/** One of {@link PARTS}. */
export type PartName = (typeof PARTS)[number];

/** Names of the subjects that targets speak of. */
export const NAMES = {
  png: 'PNG',
  pngReference: 'PNG, the C reference',
  largePng: 'PNG, 512x512',
  largePngReference: 'PNG, 512x512, the C reference',
  threeFormats: 'idx-shards: TFRecord, Arrow and Parquet',
  tfrecord: 'idx-shards: TFRecord',
  arrow: 'idx-shards: Arrow',
  parquet: 'idx-shards: Parquet',
  tfds: 'TFDS: TFRecord',
  datasets: 'Hugging Face datasets: Parquet',
  pyarrow: 'pyarrow: Parquet from memory, the write alone',
  oneWorker: 'one worker',
  twoWorkers: 'two workers',
  loadTfrecord: 'load: TFRecord',
  loadArrow: 'load: Arrow',
  loadParquet: 'load: Parquet',
  loadArrayRecord: 'load: ArrayRecord',
  loadTfds: 'TFDS: as_numpy of TFRecord',
  ownRows: 'the rows as they are',
  manyRows: 'the rows over and over',
  littleMemory: 'the same with little memory',
} as const;

/** What a subject of ours shall come to beside another. */
export interface Target {
  what: string;
  part: PartName;
  figure: Figure;
  ours: string;
  theirs: string;
  /** `share`: ours divided by theirs, `target` at most; `times`: theirs divided by ours, `target` at least. */
  form: 'share' | 'times';
  target: number;
}

/** The project's targets. */
export const TARGETS: readonly Target[] = [
  {
    what: 'PNG stage, one thread, against the C reference: share of its time',
    part: 'stages',
    figure: 'usPerImage',
    ours: NAMES.png,
    theirs: NAMES.pngReference,
    form: 'share',
    target: 0.5,
  },
  {
    what: 'PNG stage, images of 512x512, against the same: share of its time',
    part: 'stages',
    figure: 'usPerImage',
    ours: NAMES.largePng,
    theirs: NAMES.largePngReference,
    form: 'share',
    target: 0.5,
  },
  {
    what: "Whole job, three formats, wall, against TFDS's TFRecord alone: times faster",
    part: 'job',
    figure: 'wallSeconds',
    ours: NAMES.threeFormats,
    theirs: NAMES.tfds,
    form: 'times',
    target: 7,
  },
  {
    what: 'The same in CPU seconds: times less',
    part: 'job',
    figure: 'cpuSeconds',
    ours: NAMES.threeFormats,
    theirs: NAMES.tfds,
    form: 'times',
    target: 3.5,
  },
  {
    what: 'Peak memory of that job, against TFDS: share of its peak',
    part: 'job',
    figure: 'peakMiB',
    ours: NAMES.threeFormats,
    theirs: NAMES.tfds,
    form: 'share',
    target: 0.25,
  },
  {
    what: 'TFRecord alone, wall, against TFDS: times faster',
    part: 'job',
    figure: 'wallSeconds',
    ours: NAMES.tfrecord,
    theirs: NAMES.tfds,
    form: 'times',
    target: 8,
  },
  {
    what: 'Parquet alone, wall, against Hugging Face datasets: times faster',
    part: 'job',
    figure: 'wallSeconds',
    ours: NAMES.parquet,
    theirs: NAMES.datasets,
    form: 'times',
    target: 5,
  },
  {
    what: 'Two workers against one, wall: times faster',
    part: 'workers',
    figure: 'wallSeconds',
    ours: NAMES.twoWorkers,
    theirs: NAMES.oneWorker,
    form: 'times',
    target: 1.8,
  },
  {
    what: 'load from TFRecord, one thread, against TFDS: times faster',
    part: 'load',
    figure: 'usPerRow',
    ours: NAMES.loadTfrecord,
    theirs: NAMES.loadTfds,
    form: 'times',
    target: 5,
  },
  {
    what: 'load from Arrow, one thread, against TFDS: times faster',
    part: 'load',
    figure: 'usPerRow',
    ours: NAMES.loadArrow,
    theirs: NAMES.loadTfds,
    form: 'times',
    target: 5,
  },
  {
    what: 'load from Parquet, one thread, against TFDS: times faster',
    part: 'load',
    figure: 'usPerRow',
    ours: NAMES.loadParquet,
    theirs: NAMES.loadTfds,
    form: 'times',
    target: 5,
  },
  {
    what: 'Many rows, wall, a row, against few: share of its time',
    part: 'scale',
    figure: 'usPerRow',
    ours: NAMES.manyRows,
    theirs: NAMES.ownRows,
    form: 'share',
    target: 1.15,
  },
  {
    what: 'Peak memory of many rows, against few: share of its peak',
    part: 'scale',
    figure: 'peakMiB',
    ours: NAMES.manyRows,
    theirs: NAMES.ownRows,
    form: 'share',
    target: 1.5,
  },
  {
    what: 'The same with --memory 32MiB',
    part: 'scale',
    figure: 'peakMiB',
    ours: NAMES.littleMemory,
    theirs: NAMES.ownRows,
    form: 'share',
    target: 1.5,
  },
];

/** A target, and the ratio that was measured, where both subjects were. */
export interface Outcome extends Target {
  ratio?: Ratio;
  /** Whether the ratio of the medians meets the target. */
  met?: boolean;
}

/** What was measured of a part, held against its targets. */
export function compareWithTargets(part: PartName, measured: readonly Measured[]): Outcome[] {
  const summaryOf = (subject: string, figure: Figure) =>
    measured.find(({ name }) => name === subject)?.figures[figure];
  return TARGETS.filter((target) => target.part === part).map((target) => {
    const ours = summaryOf(target.ours, target.figure);
    const theirs = summaryOf(target.theirs, target.figure);
    if (ours === undefined || theirs === undefined) return target;
    const ratio = target.form === 'share' ? ratioOf(ours, theirs) : ratioOf(theirs, ours);
    const met = target.form === 'share' ? ratio.median <= target.target : ratio.median >= target.target;
    return { ...target, ratio, met };
  });
}
