/** The figures that are taken, and their units as the tables have them. */
export const FIGURES = {
  wallSeconds: 'wall, s',
  cpuSeconds: 'CPU, s',
  peakMiB: 'peak, MiB',
  usPerImage: 'us an image',
  usPerRow: 'us a row',
  examplesPerSecond: 'examples/s',
  milliseconds: 'ms',
  megabytesPerSecond: 'MB/s',
} as const;

/** Name of a figure; CPU is user and system time together, MB are millions of bytes. */
export type Figure = keyof typeof FIGURES;

/** All figures, in the order of the tables. */
export const FIGURE_NAMES: readonly Figure[] = Object.keys(FIGURES).filter((name): name is Figure =>
  Object.hasOwn(FIGURES, name),
);

/** One sample of each figure that a subject has. */
export type Measurement = Readonly<Partial<Record<Figure, number>>>;

/** What is measured: a stage, a command, another's program. */
export interface Subject {
  name: string;
  /** Does the whole of it once. */
  measure: () => Measurement | Promise<Measurement>;
}

/** What a part of the benchmark measures, and what it has to leave out on this machine, with the reason. */
export interface Part {
  /** How many rows a subject works on. */
  rows: number;
  subjects: readonly Subject[];
  notes: readonly string[];
}
