import { randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readDirectory } from '../../src/directory/read.js';
import { COMPRESSIONS } from '../../src/formats/parquet/settings.js';
import { forEachOf } from '../faults/struck.js';
import { newFolder } from '../fixtures/folder.js';
import { nodePath } from './readers.js';
import {
  type CaseLimits,
  caseText,
  type SameBytesCase,
  sameBytesCases,
  WORKERS,
  writeCase,
} from './same-bytes-cases.js';
import { checksumsOf, type Preparation, SameBytesRuns } from './same-bytes-runs.js';

/**
 * The same input gives the same bytes: for any number of workers, in a process that prepared others before and in a fresh
 * one, in each version of Node.js. `MATRIX=all` tries many large cases in all these ways; otherwise it is few small ones, each
 * in some of them. MATRIX_CASES says how many, MATRIX_SEED what they are drawn from, MATRIX_COMPRESSION which compression alone.
 */
const { MATRIX, MATRIX_CASES, MATRIX_SEED, MATRIX_COMPRESSION } = process.env;
const TRIES_ALL = MATRIX === 'all';
const CASES = Number(MATRIX_CASES || (TRIES_ALL ? 60 : 7));
const SEED = MATRIX_SEED ? Number(MATRIX_SEED) : randomInt(2 ** 31);
const LIMITS: CaseLimits = TRIES_ALL
  ? { rows: 100_000, bytes: 2 ** 24, shards: 1000, files: 4000 }
  : { rows: 5000, bytes: 2 ** 20, shards: 100, files: 160 };
const COMPRESSION = COMPRESSIONS.find((name) => name === MATRIX_COMPRESSION);
/** Digits: how many shards, and how often. */
const SHARDS = TRIES_ALL ? [100, 300, 600, 1000] : [100];
const TIMES = TRIES_ALL ? 10 : 3;

const VERSIONS = ['20', '22', '24'] as const;
type Version = (typeof VERSIONS)[number];

// A busy machine takes its time for hundreds of runs.
vi.setConfig({ testTimeout: 7_200_000, hookTimeout: 7_200_000 });

/** A case with its definition, a directory of it, and the checksums there, which all others are to equal. */
interface Prepared {
  about: SameBytesCase;
  definition: string;
  directory: string;
  checksums: readonly string[];
  /** Of its largest split's examples. */
  numBytes: number;
}

let folder: string;
let runs: SameBytesRuns;
const prepared: Prepared[] = [];

beforeAll(async () => {
  folder = await newFolder();
  await mkdir(join(folder, 'cases'));
  runs = new SameBytesRuns(folder);
  const cases = sameBytesCases(SEED, CASES, LIMITS).map((one) =>
    COMPRESSION === undefined ? one : { ...one, options: { ...one.options, compression: COMPRESSION } },
  );
  console.log(`MATRIX_SEED=${SEED}, ${CASES} cases`);
  await forEachOf([...cases.entries()], async ([at, about]) => {
    const definition = await writeCase(join(folder, 'cases'), about);
    const directory = await runs.fresh(process.execPath, preparation({ about, definition }, 1));
    const { info } = await readDirectory(directory);
    const numBytes = Math.max(...(info?.splits ?? []).map((split) => split.numBytes));
    prepared[at] = { about, definition, directory, checksums: await checksumsOf(directory, true), numBytes };
  });
});
afterAll(async () => {
  console.log(`${CASES} cases, ${prepared.filter(isSpilled).length} of them spilled; ${runs.runs} runs`);
  await rm(folder, { recursive: true, force: true });
});

describe('own data sets of many kinds: the same bytes', () => {
  it.for(VERSIONS)('one after the other in one process of Node.js %s', async (version, context) => {
    const node = await nodePath(context, version);
    const all = librarysWorkers(version).flatMap((workers) => prepared.map((one) => ({ one, workers })));
    const checksums = await runs.oneAfterAnother(
      node,
      all.map(({ one, workers }) => preparation(one, workers)),
    );
    expect(checksums).toHaveLength(all.length);
    expect(all.flatMap(({ one, workers }, at) => differences(one, checksums[at]!, workers))).toEqual([]);
  });

  it.for(VERSIONS)('each in a process of its own of Node.js %s', async (version, context) => {
    const node = await nodePath(context, version);
    const found: string[] = [];
    await forEachOf([...prepared.entries()], async ([at, one]) => {
      for (const workers of commandsWorkers(version, at)) {
        const directory = await runs.fresh(node, preparation(one, workers));
        found.push(...differences(one, await checksumsOf(directory), workers));
      }
    });
    expect(found).toEqual([]);
  });

  it('some are spilled to scratch files', () => {
    expect(prepared.filter(isSpilled).length).toBeGreaterThan(0);
  });

  it('verify --deep finds nothing', async () => {
    const found: string[] = [];
    await forEachOf(prepared, async ({ about, directory, definition }) => {
      const words = ['--definition', definition, '--archives', dirname(definition)];
      const said = await runs.verified(directory, words);
      if (said !== '') found.push(`${caseText(about)}: ${said}`);
    });
    expect(found).toEqual([]);
  });
});

describe('digits in many shards: the same bytes', () => {
  const words = ['--dataset', 'digits', ...(COMPRESSION === undefined ? [] : ['--compression', COMPRESSION])];

  it.for(SHARDS)('%i shards, time after time', async (shards) => {
    const sums: string[][] = [];
    let last = '';
    for (let time = 1; time <= TIMES; time++) {
      last = await runs.byCommand(process.execPath, [...words, '--num-shards', String(shards)]);
      sums.push(await checksumsOf(last, time === TIMES));
    }
    const found = sums.flatMap((lines, time) =>
      otherFiles(lines, sums[0]!).map((file) => `time ${time + 1}: ${file}`),
    );
    expect(found).toEqual([]);
    expect(await runs.verified(last)).toBe('');
  });
});

/** With how many workers the library prepares every case in a version of Node.js: all do all, or each what the others leave out. */
function librarysWorkers(version: Version): readonly number[] {
  return TRIES_ALL ? WORKERS : { 20: [8], 22: [2], 24: [3] }[version];
}

/** With how many the command does so. */
function commandsWorkers(version: Version, number: number): readonly number[] {
  if (TRIES_ALL) return WORKERS;
  const at = VERSIONS.indexOf(version);
  return at === number % VERSIONS.length ? [] : [WORKERS[(number + at) % WORKERS.length]!];
}

function preparation(
  { about, definition }: Pick<Prepared, 'about' | 'definition'>,
  workers: number,
): Preparation {
  return { definition, workers, options: about.options };
}

/** The files that are not as they were at first. */
function differences({ about, checksums }: Prepared, lines: readonly string[], workers: number): string[] {
  return otherFiles(lines, checksums).map((file) => `${caseText(about)}, ${workers} workers: ${file}`);
}

/** Of two lists of checksums, the files for which they have not the same. */
function otherFiles(lines: readonly string[], expected: readonly string[]): string[] {
  const known = new Set(expected);
  const found = lines.filter((line) => !known.has(line));
  const missing = expected.length - (lines.length - found.length);
  if (found.length === 0 && missing > 0) return [`${missing} files are missing`];
  return found.map((line) => line.split(' ').at(-1) ?? line);
}

/** Whether rows are in scratch files while it is prepared: where half of the memory does not hold the records alone. */
function isSpilled({ about: { options }, numBytes }: Prepared): boolean {
  return options.memory !== undefined && numBytes > options.memory / 2;
}
