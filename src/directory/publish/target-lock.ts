import { asDiskError, DatasetError } from '../../errors.js';
import { requireContained, requireNoLink } from '../../fs/contained-path.js';
import { hasLockFiles } from '../../fs/lock/file-lock.js';
import { ownerText, withLock } from '../../fs/lock/with-lock.js';
import { readDirectory } from '../read.js';
import { isWhole } from '../text.js';
import { hasLeftovers, recover } from './leftovers.js';

/** Another run prepares the same data set, and this one waits for its end: `for` says which process it is. */
export interface WaitEvent {
  event: 'wait';
  directory: string;
  for: string;
}

/** How a target is locked. */
export interface LockOptions {
  /** The folder that holds data sets. */
  out: string;
  /** Whether to wait for another run's end. */
  wait?: boolean | undefined;
  signal: AbortSignal;
  onEvent: (event: WaitEvent) => void;
}

/** What a run asks of the lock of its target while it works. */
export interface TargetLock {
  /** @throws {DatasetError} `LOCKED` where another run took this one for dead, `DISK` */
  requireHeld(): Promise<void>;
}

/**
 * Does `work` while no other run prepares the same target, after cleaning up what runs that were killed left beside it.
 *
 * @param directory the target, below `out`
 * @param isPut whether what stands there is what a run puts there (by default a whole data set)
 * @throws {DatasetError} `LOCKED` where another run works on it and `wait` is not set, `OUTPUT_OCCUPIED` where a symbolic link
 *   leads out of `out` or stands at the target itself, `DISK`, `DISK_FULL`, and what `work` throws
 */
export async function withTargetLock<T>(
  directory: string,
  { out, wait, signal, onEvent }: LockOptions,
  work: (lock: TargetLock) => Promise<T>,
  isPut: () => Promise<boolean> = () => readDirectory(directory).then(isWhole, () => false),
): Promise<T> {
  await requireContained(out, directory);
  await requireNoLink(directory);
  const onHeld = (owner: Parameters<typeof ownerText>[0]): void =>
    onEvent({ event: 'wait', directory, for: ownerText(owner) });
  return withLock(directory, { wait: wait === true, signal, onHeld }, async (lock) => {
    await recover(directory, isPut);
    return work({
      async requireHeld() {
        const isHeld = await lock.isHeld().catch((error: unknown) => {
          throw asDiskError(error, `looking at the lock of ${directory}`);
        });
        if (isHeld) return;
        throw new DatasetError('LOCKED', `another run has taken ${directory} over from this one`, {
          next: 'This run did not say for minutes that it was there. Run the command again when the other has ended.',
        });
      },
    });
  });
}

/** Cleans up beside a data set that is left alone. Never throws: it is as good as it was, and may be on a disk to read only. */
export async function tidyBeside(directory: string, settings: LockOptions): Promise<void> {
  if (!(await hasLockFiles(directory)) && !(await hasLeftovers(directory))) return;
  await withTargetLock(directory, { ...settings, wait: false }, async () => {}).catch(() => {});
}
