import type { DatasetError, ErrorCode } from '../errors.js';

/**
 * Exit codes of what may be otherwise at the next try, or on another machine: the network and the storage, a disk, what comes
 * too early, an interruption, and faults of the program, which a machine that lacks memory has as well.
 */
const MAY_PASS: readonly number[] = [1, 3, 5, 75, 130];

/** Errors that tell of the machine, or of a look that came too early, though their exit codes are those of others. */
const OF_THE_MACHINE: readonly ErrorCode[] = [
  'ARCHIVE_MISSING',
  'MEMORY',
  'OBJECT_MISSING',
  'PACKAGE_MISSING',
];

/** Whether a task that failed so is worth another try; all other errors are in what was given, and come back each time. */
export function isWorthAnotherTry({ code, exitCode }: DatasetError): boolean {
  return MAY_PASS.includes(exitCode) || OF_THE_MACHINE.includes(code);
}

/** How often a task is tried before its error ends the run. */
export const TRIES = 6;

/** For how long a machine takes no task after its task failed so many times in a row, in ms: others are to have it meanwhile. */
export function restAfter(failures: number, first = 5000): number {
  return Math.min(first * 3 ** (failures - 1), 60 * first);
}
