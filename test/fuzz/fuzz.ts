import { randomInt } from 'node:crypto';
import { noteCount } from '../faults/counts.js';
import { times } from '../sample.js';

/** Gives whole numbers from 0 to below its argument. */
export type Pick = (below: number) => number;

/** What a run came to. */
export interface FuzzRun {
  seed: number;
  cases: number;
  /** The longest that a case took, in ms. */
  longest: number;
}

/** No case may take longer, on however busy a machine: what does, hangs. In ms. */
const HANGS = 30_000;

/** Seconds for all targets together: `FUZZ_SECONDS`, else 60 with `CI` and none elsewhere: then the least number of cases is tried. */
export function fuzzSeconds(): number {
  return Number(process.env['FUZZ_SECONDS'] || times(60, 0));
}

/** The same numbers from the same seed (mulberry32). */
export function numbers(seed: number): Pick {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/**
 * Tries cases until a share of the time is over, and `least` of them however long it takes. Each has a seed of its own: the
 * first that of `FUZZ_SEED`, where it is set, else any; each further one the next number.
 *
 * @param attempt tries one case; what it throws is what is wrong
 * @throws Error with the seed that starts at the case that went wrong
 */
export async function fuzz(
  target: string,
  { share, least }: { share: number; least: number },
  attempt: (pick: Pick, number: number) => Promise<void> | void,
): Promise<FuzzRun> {
  const { FUZZ_SEED } = process.env;
  const seed = FUZZ_SEED ? Number(FUZZ_SEED) : randomInt(2 ** 31);
  const end = performance.now() + 1000 * fuzzSeconds() * share;
  const run: FuzzRun = { seed, cases: 0, longest: 0 };
  for (; run.cases < least || performance.now() < end; run.cases++) {
    const start = performance.now();
    try {
      await attempt(numbers(seed + run.cases), run.cases);
    } catch (error) {
      throw new Error(`${target}: FUZZ_SEED=${seed + run.cases} starts at what went wrong`, { cause: error });
    }
    run.longest = Math.max(run.longest, performance.now() - start);
    if (run.longest > HANGS)
      throw new Error(`${target}: FUZZ_SEED=${seed + run.cases} starts at what took too long`);
  }
  console.log(`${target}: FUZZ_SEED=${seed}, ${run.cases} cases, the longest ${Math.ceil(run.longest)} ms`);
  const outcome = 'no hang, no error without a code, nothing published that is not whole';
  await noteCount(`fuzz: ${target}`, run.cases, outcome);
  return run;
}

/** One of some. */
export function oneOf<T>(pick: Pick, values: readonly T[]): T {
  return values[pick(values.length)]!;
}

/** Numbers that formats stumble over. */
const ODD = [0, 1, 2, 7, 127, 128, 255, 256, 32_767, 65_535, 0x7fffffff, 0x80000000, 0xffffffff];

/** Bytes with one to four things done to them that damage does, or somebody who knows the format. */
export function mutated(bytes: Uint8Array, pick: Pick): Buffer {
  let result: Buffer = Buffer.from(bytes);
  for (let times = 1 + pick(4); times > 0; times--) result = mutateOnce(result, pick);
  return result;
}

function mutateOnce(bytes: Buffer, pick: Pick): Buffer {
  const at = pick(bytes.length + 1);
  const length = pick(Math.min(64, bytes.length - at) + 1);
  const kind = pick(9);
  if (bytes.length === 0) return Buffer.from([pick(256)]);
  if (kind <= 2) return changed(bytes, pick(bytes.length), (value) => value ^ (1 << pick(8)));
  if (kind === 3) return changed(bytes, pick(bytes.length), () => pick(256));
  if (kind === 4) return oddNumber(bytes, pick);
  if (kind === 5) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
  if (kind === 6)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
  if (kind === 7) return bytes.subarray(0, at);
  return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(length, pick(256)), bytes.subarray(at)]);
}

function changed(bytes: Buffer, at: number, change: (value: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = change(copy[at]!);
  return copy;
}

function oddNumber(bytes: Buffer, pick: Pick): Buffer {
  const copy = Buffer.from(bytes);
  if (copy.length < 4) return copy;
  const at = pick(copy.length - 3);
  if (pick(2) === 0) copy.writeUInt32LE(oneOf(pick, ODD), at);
  else copy.writeUInt32BE(oneOf(pick, ODD), at);
  return copy;
}
