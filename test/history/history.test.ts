import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forEachOf } from '../faults/struck.js';
import { newFolder } from '../fixtures/folder.js';
import { numbers } from '../fuzz/fuzz.js';
import { sample, times } from '../sample.js';
import { OPERATIONS } from './operations.js';
import { Threads } from './threads.js';
import { casesOf, type Step } from './work.js';

/**
 * Whatever a thread did before, the same input gives the same bytes as in a thread that did nothing before. `HISTORIES=all`
 * tries every case, in processes of their own too, and many more histories; HISTORY_SEED is what everything is drawn from.
 */
const { HISTORIES, HISTORY_SEED } = process.env;
const ALL_HISTORIES = HISTORIES === 'all';
const SEED = HISTORY_SEED ? Number(HISTORY_SEED) : randomInt(2 ** 31);
/** Histories of all operations, and their steps. */
const MIXED = ALL_HISTORIES ? 200 : times(6, 1);
const LONGEST = ALL_HISTORIES ? 120 : 60;

const LONG = { timeout: 3_600_000 };

let folder: string;
let threads: Threads;

/** The cases that are tried, by operation. */
const steps = OPERATIONS.map(({ tries }, operation) => {
  const all = casesOf(operation, SEED).map((_, at): Step => ({ operation, at }));
  return ALL_HISTORIES ? all : shuffled(all).slice(0, times(tries, 1));
});

beforeAll(async () => {
  folder = await newFolder();
  threads = await Threads.compile(folder, SEED);
  await threads.makeMaterials(steps.flat());
  console.log(`HISTORY_SEED=${SEED}, ${steps.flat().length} cases of ${steps.length} operations`);
}, LONG.timeout);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the same bytes, whatever the thread did before', () => {
  it.each(
    sample(
      OPERATIONS.map(({ name }, operation) => ({ name, operation })),
      3,
    ),
  )('$name: each case after each other', LONG, async ({ operation }) => {
    expect(await differences(eachAfterEach(steps[operation]!))).toEqual([]);
  });

  it('any cases of all operations, in any order', LONG, async () => {
    const history = fc.array(fc.constantFrom(...steps.flat()), {
      minLength: 2,
      maxLength: LONGEST,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(history, async (taken) => {
        expect(await differences(taken)).toEqual([]);
      }),
      { numRuns: MIXED, seed: SEED },
    );
  });

  if (ALL_HISTORIES)
    it('a thread of its own counts as a process of its own', LONG, async () => {
      await forEachOf(steps.flat(), async (step) => {
        expect(await threads.inProcess(step), nameOf(step)).toBe(await threads.fresh(step));
      });
    });
});

/** What came out otherwise than in a thread without a history, with what was done just before. */
async function differences(history: readonly Step[]): Promise<string[]> {
  const fresh = new Map<Step, string>();
  await forEachOf([...new Set(history)], async (step) => void fresh.set(step, await threads.fresh(step)));
  const answers = await threads.oneAfterAnother(history);
  return history.flatMap((step, at) => {
    const expected = fresh.get(step);
    if (answers[at] === expected) return [];
    const before = history[at - 1];
    return `${nameOf(step)}, after ${before === undefined ? 'nothing' : nameOf(before)}: ${answers[at]}, not ${expected}`;
  });
}

function nameOf({ operation, at }: Step): string {
  return `${OPERATIONS[operation]!.name}: ${casesOf(operation, SEED)[at]!.name}`;
}

/** An order in which each of them follows on each of them, itself too: an Eulerian circuit of all pairs. */
function eachAfterEach(all: readonly Step[]): Step[] {
  const left = new Map(all.map((step) => [step, shuffled(all)]));
  const path: Step[] = [];
  const stack = all.slice(0, 1);
  for (let here = stack.at(-1); here !== undefined; here = stack.at(-1)) {
    const next = left.get(here)?.pop();
    if (next === undefined) path.push(...stack.splice(-1));
    else stack.push(next);
  }
  return path.reverse();
}

function shuffled<T>(values: readonly T[]): T[] {
  const pick = numbers(SEED);
  const result = [...values];
  for (let at = result.length - 1; at > 0; at--) {
    const other = pick(at + 1);
    [result[at], result[other]] = [result[other]!, result[at]!];
  }
  return result;
}
