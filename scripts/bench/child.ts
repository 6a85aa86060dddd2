import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { DatasetError } from '../../src/errors.js';

const usage = v.object({ cpuSeconds: v.number(), peakMiB: v.number() });

/** What a process took from its start to its end: user and system time together, and the most memory that was resident. */
export interface ProcessUsage {
  wallSeconds: number;
  cpuSeconds: number;
  peakMiB: number;
}

/** What a process is given beside its words. */
export interface ProcessOptions {
  /** Set beside the variables of this process. */
  env?: Readonly<Record<string, string>>;
  /** Ends the process. */
  signal: AbortSignal;
}

/** How another's program ended. */
interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** What it wrote to the file descriptor behind the three that every process has. */
  usage: string;
  wallSeconds: number;
}

/** Runs a program to its end; rejects where it cannot be started, and with the signal's reason. */
export async function run(
  program: string,
  words: readonly string[],
  { env, signal }: ProcessOptions,
): Promise<Ended> {
  const start = performance.now();
  const child = spawn(program, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    signal,
  });
  const exit = new Promise<{ code: number | null; wallSeconds: number }>((resolve, reject) => {
    // The signal is an error too, and then the process is still to end.
    child.once('error', (error) => child.pid === undefined && reject(error));
    child.once('exit', (code) => resolve({ code, wallSeconds: (performance.now() - start) / 1000 }));
  });
  const [, out, errors, used] = child.stdio;
  const [ended, stdout, stderr, usage] = await Promise.all([exit, read(out), read(errors), read(used)]);
  signal.throwIfAborted();
  return { ...ended, stdout, stderr, usage };
}

async function read(stream: unknown): Promise<string> {
  return stream instanceof Readable ? text(stream) : '';
}

/**
 * Runs a program of Node.js, given by its path and words, and measures it.
 *
 * @throws {DatasetError} `INTERNAL` where it fails
 */
export function measureNode(words: readonly string[], options: ProcessOptions): Promise<ProcessUsage> {
  const preload = new URL('./usage.js', import.meta.url).href;
  return measure(process.execPath, ['--import', preload, ...words], options).then(({ used }) => used);
}

/**
 * Runs a program that reports its usage as `usage.ts` does, and gives it with what the program printed.
 *
 * @throws {DatasetError} `INTERNAL` where it fails, or reports nothing
 */
export async function measure(
  program: string,
  words: readonly string[],
  options: ProcessOptions,
): Promise<{ used: ProcessUsage; stdout: string }> {
  const { code, stdout, stderr, usage: reported, wallSeconds } = await run(program, words, options);
  if (code !== 0) {
    throw new DatasetError('INTERNAL', `${[program, ...words].join(' ')} failed`, {
      expected: 'exit code 0',
      found: `${code}: ${stderr.trim().slice(-2000)}`,
    });
  }
  const { cpuSeconds, peakMiB } = v.parse(usage, JSON.parse(reported));
  return { used: { wallSeconds, cpuSeconds, peakMiB }, stdout };
}
