import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { numbers } from '../fuzz/fuzz.js';
import { type Case, digestOf } from './operation.js';
import { OPERATIONS } from './operations.js';

/** One case: the operation's number among all, and the case's among its own. */
export interface Step {
  operation: number;
  at: number;
}

/** What a thread is to do, and no more. */
export interface Task {
  /** What the cases are made from. */
  seed: number;
  /** Where their materials lie. */
  materials: string;
  /** Whether it makes these cases' materials, or runs the cases. */
  makes: boolean;
  steps: readonly Step[];
}

/** The cases of an operation. */
export function casesOf(operation: number, seed: number): readonly Case[] {
  return OPERATIONS[operation]!.cases(numbers(seed + operation));
}

/** Where the material of a case lies. */
export function materialPath(materials: string, { operation, at }: Step): string {
  return join(materials, `${operation}-${at}`);
}

/** Does a task; the answers are digests of what came out. */
export async function work({ seed, materials, makes, steps }: Task): Promise<string[]> {
  const cases = new Map<number, readonly Case[]>();
  const answers: string[] = [];
  for (const step of steps) {
    const all = cases.get(step.operation) ?? casesOf(step.operation, seed);
    cases.set(step.operation, all);
    const folder = mkdtempSync(join(tmpdir(), 'idx-shards-step-'));
    try {
      const work = makes ? makeMaterial : run;
      answers.push(await work(all[step.at]!, materialPath(materials, step), folder));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return answers;
}

async function makeMaterial({ material }: Case, path: string, folder: string): Promise<string> {
  writeFileSync(path, (await material?.(folder)) ?? '');
  return '';
}

async function run(one: Case, path: string, folder: string): Promise<string> {
  const material = one.material === undefined ? new Uint8Array() : readFileSync(path);
  try {
    return digestOf(await one.run({ material, path, folder }));
  } catch (error) {
    // Where it was said to work is another folder each time.
    return String(error).replaceAll(folder, 'FOLDER');
  }
}
