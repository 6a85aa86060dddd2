import { readFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into a process before its program (`node --import`): tells what the process used when it ends, as one line of JSON
 * to the file descriptor that the benchmark gives it. `test/readers/report_usage.py` does the same in Python.
 */

const DESCRIPTOR = 3;

/**
 * Linux's own high-water mark, in KiB. `getrusage` has it too, but takes over that of the parent which the process was
 * forked from, and is told where there is nothing better.
 */
function peakKiB(): number {
  try {
    const [, peak] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (peak !== undefined) return Number(peak);
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS;
}

// Worker threads load it as well, and belong to the process.
if (isMainThread) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMiB: peakKiB() / 1024 };
    writeSync(DESCRIPTOR, JSON.stringify(usage));
  });
}
