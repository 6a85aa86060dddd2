import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareCli } from '../fixtures/cli.js';
import { GOLDEN } from '../fixtures/digits.js';
import { digestsIn, emptyFolder } from '../fixtures/folder.js';
import type { CrashLoop } from './crash.js';

const DIGITS = ['--dataset', 'digits', '--formats', 'tfrecord,arrow,parquet'];
const TARGET = 'digits/1.0.0';

/** Runs of `digits` that are worth killing. */
export const DIGITS_LOOPS: readonly { name: string; begin: () => Promise<CrashLoop> }[] = [
  {
    name: 'digits, drawn, in three formats',
    begin: async () => {
      const before = await emptyFolder();
      await mkdir(join(before, 'cache'));
      return { words: DIGITS, target: TARGET, before, allowed: [GOLDEN], whole: GOLDEN };
    },
  },
  {
    name: 'digits whose rows spill to scratch files',
    begin: async () => {
      const before = await cacheOnly();
      const words = [...DIGITS, '--workers', '1', '--memory', '1MiB'];
      return { words, target: TARGET, before, allowed: [GOLDEN], whole: GOLDEN };
    },
  },
  {
    name: 'digits over an older data set, with --overwrite',
    begin: async () => {
      const before = await cacheOnly();
      const out = join(before, 'out');
      await expectCode(['--dataset', 'digits', '--num-shards', '2', '--out', out], before);
      const older = await digestsIn(join(out, TARGET));
      const words = [...DIGITS, '--overwrite'];
      return { words, target: TARGET, before, allowed: [older, GOLDEN], whole: GOLDEN };
    },
  },
];

/** A folder with the drawn archives alone. */
async function cacheOnly(): Promise<string> {
  const before = await emptyFolder();
  const elsewhere = join(await emptyFolder(), 'out');
  await expectCode(['--dataset', 'digits', '--formats', 'tfrecord', '--out', elsewhere], before);
  return before;
}

async function expectCode(words: readonly string[], folder: string): Promise<void> {
  const { code, stderr } = await prepareCli([...words, '--quiet'], join(folder, 'cache'));
  if (code !== 0) throw new Error(stderr);
}
