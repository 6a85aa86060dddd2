import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from '../../errors.js';

/** Who holds a lock, as its file says. */
export interface LockOwner {
  /** Of this one holding, and of no other. */
  token: string;
  host: string;
  pid: number;
  /** Within which a process number means one process: a boot of a machine, and a container in it. */
  space: string;
  /** When the process began, in the system's own unit, where the system tells: numbers of processes are used again. */
  started?: string | undefined;
  /** When the lock was taken, for people. */
  since: string;
}

/** This process as the owner of a lock. */
export async function thisProcess(token: string, now: Date): Promise<LockOwner> {
  const found = await processState(process.pid);
  return {
    token,
    host: hostname(),
    pid: process.pid,
    space: await processSpace(),
    started: found?.started,
    since: now.toISOString(),
  };
}

/**
 * Whether the process of an owner runs still; `undefined` where that cannot be known from here, since it is one of another
 * machine, or since a process has its number that may be another.
 */
export async function isRunning(owner: LockOwner): Promise<boolean | undefined> {
  if (owner.space !== (await processSpace())) return undefined;
  if (owner.started !== undefined) return (await processState(owner.pid))?.started === owner.started;
  try {
    process.kill(owner.pid, 0);
    return undefined;
  } catch (error) {
    return codeOf(error) === 'EPERM' ? undefined : false;
  }
}

/** The owner that a lock file's text names, or `undefined` where it names none. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Tokens are parts of the names of files. */
function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== 'object' || value === null) return false;
  const fields: { [Field in keyof LockOwner]?: unknown } = value;
  const { token, host, pid, space, started, since } = fields;
  const texts = [token, host, space, since, started ?? ''].every((text) => typeof text === 'string');
  return texts && /^[0-9a-f]{16}$/.test(String(token)) && Number.isInteger(pid) && Number(pid) > 0;
}

/** Linux tells the boot and the namespace of process numbers; elsewhere the machine's name must do. */
async function processSpace(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * When a process began, in clock ticks since the boot (proc(5): `/proc/pid/stat`, field 22), on Linux; `undefined` where there
 * is none, or where it has ended and nobody asked yet how (state Z).
 */
async function processState(pid: number): Promise<{ started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in parentheses, in which anything may stand.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields[18];
  return started === undefined || state === 'Z' || state === 'X' ? undefined : { started };
}
