import { asDatasetError, type DatasetError } from '../errors.js';

/** Something that is not as it should be. */
export interface Fault {
  /** The file, relative to the data set's directory. */
  file: string;
  /** The row within the shard, from 0, where the fault is one row's. */
  record?: number | undefined;
  error: DatasetError;
}

/** What may not be checked, and what a verification says then depends on. */
export const UNCHECKED = {
  checksums: 'the files by their checksums',
  examples: 'what the examples hold',
} as const;

/** Something that could not be checked, and why. */
export interface Unchecked {
  what: string;
  why: string;
}

/** How many faults are kept; the others are counted. */
export const MAX_FAULTS = 100;
const MAX_FAULTS_OF_FILE = 10;

/** What is found of a data set, in the order in which it is found. */
export class Findings {
  readonly faults: Fault[] = [];
  readonly unchecked: Unchecked[] = [];
  /** How many faults there are, those that were not kept among them. */
  total = 0;
  readonly #byFile = new Map<string, number>();

  /** Notes a fault. */
  add(file: string, thrown: unknown, record?: number): void {
    const error = asDatasetError(thrown);
    const ofFile = this.of(file) + 1;
    this.#byFile.set(file, ofFile);
    this.total++;
    if (this.faults.length < MAX_FAULTS && ofFile <= MAX_FAULTS_OF_FILE)
      this.faults.push({ file, record, error });
  }

  /** Notes what could not be checked. */
  skip(what: string, why: string): void {
    if (!this.unchecked.some((one) => one.what === what && one.why === why))
      this.unchecked.push({ what, why });
  }

  /** How many faults a file has so far. */
  of(file: string): number {
    return this.#byFile.get(file) ?? 0;
  }
}
