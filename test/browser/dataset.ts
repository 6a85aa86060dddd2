import { join } from 'node:path';
import { prepare } from '../conformance/prepared.js';
import { emptyFolder } from '../fixtures/folder.js';

/** A data set to look at. */
export interface SeenDataset {
  /** Its directory, which the test may write into. */
  directory: string;
  name: string;
  rows: { train: number; test: number };
}

/** MNIST where `CONFORMANCE_DIR` has its archives, otherwise digits; as TFRecord and Parquet, gone when the test has ended. */
export async function seenDataset(): Promise<SeenDataset> {
  const { CONFORMANCE_DIR: given } = process.env;
  const formats = ['--formats', 'tfrecord,parquet'];
  const folder = await emptyFolder();
  if (given === undefined || given === '') {
    const directory = await prepare(folder, ['--dataset', 'digits', ...formats]);
    return { directory, name: 'digits', rows: { train: 6_000, test: 1_000 } };
  }
  const archives = join(given, 'archives', 'mnist');
  const directory = await prepare(folder, ['--archives', archives, ...formats]);
  return { directory, name: 'mnist', rows: { train: 60_000, test: 10_000 } };
}
