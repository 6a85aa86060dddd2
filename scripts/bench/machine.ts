import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';

/** The machine that figures come from. */
export interface Machine {
  cpu: string;
  /** Cores that this process may use. */
  cores: number;
  memoryGiB: number;
  /** Processes that ran or waited to, on average over the minute before; 0 where the system does not tell. */
  load: number;
  node: string;
  system: string;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    node: process.version,
    system: `${process.platform} ${process.arch}`,
  };
}

/** Half a core in use by others. */
const BUSY_LOAD = 0.5;

/** What is to be said of a machine that had something else to do when the benchmark began. */
export function busyNotes({ load, cores }: Machine): string[] {
  if (load <= BUSY_LOAD) return [];
  return [
    `The machine was busy when this began (load ${load}, ${cores} ${cores === 1 ? 'core' : 'cores'}): wall times say little, and favour what is short.`,
  ];
}
