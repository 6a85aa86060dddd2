import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../src/errors.js';
import { resolveSplit, type ShardSlice, type SplitSlice, shardSlices } from '../../src/load/resolve-split.js';
import type { SplitSize } from '../../src/load/split-fault.js';
import type { SplitSpec } from '../../src/load/split-spec.js';
import { emptyFolder } from '../fixtures/folder.js';
import { askReader } from './readers.js';
import { type SplitQuestions, splitQuestions } from './split-specs.js';

/** What TFDS makes of a spec, as `answer_splits.py` tells it. */
interface Answer {
  refused?: string;
  slices?: [split: string, from: number, to: number][];
  shards?: [split: string, shard: number, skip: number, take: number][];
}

function isAnswers(value: unknown): value is Answer[][] {
  return Array.isArray(value) && value.every(Array.isArray);
}

/** What a function gives, or `undefined` where it refuses the split. */
function unlessRefused<T>(take: () => T): T | undefined {
  try {
    return take();
  } catch (error) {
    if (error instanceof DatasetError && error.code === 'SPLIT_INVALID') return undefined;
    throw error;
  }
}

function sizesOf(splits: SplitQuestions['splits']): SplitSize[] {
  return Object.entries(splits).map(([name, shardLengths]) => ({
    name,
    shardLengths,
    rows: shardLengths.reduce((sum, length) => sum + length, 0),
  }));
}

function slicesAsTold(slices: readonly SplitSlice[] | undefined): Answer['slices'] {
  return slices?.map(({ split, start, end }) => [split, start, end]);
}

function shardsAsTold(shards: readonly ShardSlice[] | undefined): Answer['shards'] {
  return shards?.map(({ split, shard, start, end }) => [split, shard, start, end - start]);
}

type Verdict = 'refused' | 'read' | 'no data' | 'backwards';

/** What both say of a spec; throws where they say different things. */
function compared(spec: SplitSpec, sizes: readonly SplitSize[], told: Answer): Verdict {
  const slices = unlessRefused(() => resolveSplit(spec, sizes));
  expect(slicesAsTold(slices), JSON.stringify(spec)).toEqual(told.slices);
  if (slices === undefined) {
    expect(told.refused, JSON.stringify(spec)).toBeDefined();
    return 'refused';
  }
  // Where a slice ends before it begins, TFDS counts a negative number of examples, or takes -1 for all of them.
  if (slices.some(({ start, end }) => start > end)) return 'backwards';
  const shards = unlessRefused(() => shardSlices(slices, sizes, spec));
  // An empty list is what TFDS refuses when it is to be read.
  expect(shardsAsTold(shards) ?? [], JSON.stringify(spec)).toEqual(told.shards);
  return shards === undefined ? 'no data' : 'read';
}

describe('the split language', () => {
  it("gives TFDS's own answer to every one of some thousand expressions", async (context) => {
    const questions = splitQuestions();
    const path = join(await emptyFolder(), 'questions.json');
    await writeFile(path, JSON.stringify(questions));
    const answers = await askReader(context, 'answer_splits.py', [path]);
    if (!isAnswers(answers)) throw new Error('no answers');
    const counts: Record<Verdict, number> = { refused: 0, read: 0, 'no data': 0, backwards: 0 };
    questions.forEach(({ splits, specs }, dataset) => {
      const sizes = sizesOf(splits);
      specs.forEach((spec, at) => {
        counts[compared(spec, sizes, answers[dataset]?.[at] ?? {})]++;
      });
    });
    console.log('the split language, agreed:', counts);
    // The questions are the same each time, and of every sort.
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(4900);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
    expect(counts.read).toBeGreaterThan(2000);
  });
});
