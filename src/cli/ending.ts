import { homedir } from 'node:os';
import { defaultCacheDir } from '../archive/cache.js';
import { asDatasetError, asDiskError, DatasetError, toErrorData } from '../errors.js';

/** Prints one event as one line of JSON. */
export function printJson(event: object): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** An error as a person reads it: what happened, what was expected and found, what to do. */
function errorText({ code, message, expected, found, next }: DatasetError): string {
  const lines = [`error: ${message} [${code}]`];
  if (expected !== undefined) lines.push(`  expected: ${expected}`);
  if (found !== undefined) lines.push(`  found:    ${found}`);
  if (next !== undefined) lines.push(`  next:     ${next}`);
  return `${lines.join('\n')}\n`;
}

/**
 * Tells of an error on stderr, and as an event where `--json` asks for one. A fault of the program comes with its stack.
 *
 * @param dataset the data set that it belongs to, where there are several
 */
export function reportError(
  thrown: unknown,
  { json, dataset }: { json: boolean; dataset?: string },
): DatasetError {
  const error = asDatasetError(thrown);
  if (json) printJson({ event: 'error', dataset, ...toErrorData(error), stack: undefined });
  process.stderr.write(errorText(error));
  if (error.code === 'INTERNAL') process.stderr.write(`${toErrorData(error).stack}\n`);
  return error;
}

/** Runs `main` on the words of this process, and has the process end with its exit code. */
export async function runProcess(main: (words: readonly string[]) => Promise<number>): Promise<void> {
  surviveLostOutput();
  process.exitCode = await main(process.argv.slice(2));
}

/**
 * Keeps a run going whose output cannot be written. A reader that closes its end early (`| head`) takes nothing from the run
 * itself; any other failure, such as a full disk, is told on stderr, and ends an otherwise good run with the exit code of a disk.
 */
function surviveLostOutput(): void {
  let failure: DatasetError | undefined;
  const onError = (error: NodeJS.ErrnoException, name: string): void => {
    if (error.code === 'EPIPE' || failure !== undefined) return;
    failure = asDiskError(error, `writing to ${name}`);
    if (name === 'stdout') process.stderr.write(errorText(failure));
  };
  process.stdout.on('error', (error) => onError(error, 'stdout'));
  process.stderr.on('error', (error) => onError(error, 'stderr'));
  process.once('exit', (exitCode) => {
    if (exitCode === 0 && failure !== undefined) process.exitCode = failure.exitCode;
  });
}

/** The folder of downloads of whoever runs the command. */
export function userCacheDir(): string {
  return defaultCacheDir({ env: process.env, platform: process.platform, home: homedir() });
}

/** What a signal asks for: that the run ends, and with which exit code. */
export interface Interruption {
  signal: AbortSignal;
  exitCode: number | undefined;
  /** Stops listening. */
  close(): void;
}

/**
 * Listens for SIGINT and SIGTERM, which end the run by an error of the code `INTERRUPTED`.
 *
 * @param about what is as it was then, to follow the signal's name, and what the reader can do; without it nothing is listened to
 */
export function listenForSignals(about: { untouched: string; next?: string } | undefined): Interruption {
  const controller = new AbortController();
  const interruption: Interruption = { signal: controller.signal, exitCode: undefined, close: () => {} };
  if (about === undefined) return interruption;
  const { untouched, next } = about;
  const stopFor = (code: number): ((name: NodeJS.Signals) => void) => {
    return (name) => {
      interruption.exitCode = code;
      controller.abort(new DatasetError('INTERRUPTED', `interrupted by ${name}: ${untouched}`, { next }));
    };
  };
  const onInterrupt = stopFor(130);
  const onTerminate = stopFor(143);
  process.once('SIGINT', onInterrupt).once('SIGTERM', onTerminate);
  interruption.close = () => process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  return interruption;
}
