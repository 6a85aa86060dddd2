import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchData } from './bench-data.js';

/** What every part of the benchmark works with. */
export interface Setting {
  data: BenchData;
  /** The folder that `CONFORMANCE_DIR` names. */
  conformance: string | undefined;
  /** The folder where the tests keep what takes long to make. */
  cache: string;
  /** A folder for whatever is written; it is gone when the benchmark ends. */
  scratch: string;
  /** Rows of the parts `workers` and `scale`. */
  rows: number;
  signal: AbortSignal;
}

/** Gives `work` an empty folder, and removes it afterwards. */
export async function inEmptyFolder<T>(
  { scratch }: Setting,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(scratch, 'out-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
