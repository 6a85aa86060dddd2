/** Two steps in which a process ends that is in the middle of something. */
export interface Stop {
  /** The first signal: what is begun is brought to its end. */
  after: AbortSignal;
  /** The second: it is left. */
  now: AbortSignal;
  /** Stops listening; the next signal ends the process as it would any other. */
  close(): void;
}

/**
 * Listens for SIGINT and SIGTERM.
 *
 * @param onStop is told of the first
 * @param reason what the second one aborts with
 */
export function listenForStop(onStop: () => void, reason: () => unknown): Stop {
  const after = new AbortController();
  const now = new AbortController();
  const onSignal = (): void => {
    if (after.signal.aborted) {
      stop.close();
      now.abort(reason());
      return;
    }
    onStop();
    after.abort();
  };
  const stop: Stop = {
    after: after.signal,
    now: now.signal,
    close: () => void process.off('SIGINT', onSignal).off('SIGTERM', onSignal),
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return stop;
}
