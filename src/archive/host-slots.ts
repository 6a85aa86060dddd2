import { Slots } from './slots.js';

/** How many downloads of one host may be under way at once in a process. */
export const DOWNLOADS_PER_HOST = 4;

const hosts = new Map<string, Slots>();

/** Does `work` when fewer than {@link DOWNLOADS_PER_HOST} others of the same host are under way, in the order of the calls. */
export function withHostSlot<T>(host: string, work: () => Promise<T>): Promise<T> {
  const slots = hosts.get(host) ?? new Slots(DOWNLOADS_PER_HOST);
  hosts.set(host, slots);
  return slots.with(work);
}
