/** How many downloads of one host may be under way at once in a process. */
export const DOWNLOADS_PER_HOST = 4;

const underWay = new Map<string, number>();
const waiting = new Map<string, (() => void)[]>();

/** Does `work` when fewer than {@link DOWNLOADS_PER_HOST} others of the same host are under way, in the order of the calls. */
export async function withHostSlot<T>(host: string, work: () => Promise<T>): Promise<T> {
  const busy = underWay.get(host) ?? 0;
  if (busy < DOWNLOADS_PER_HOST) {
    underWay.set(host, busy + 1);
  } else {
    // Whoever ends hands its place over.
    await new Promise<void>((resolve) => waiting.set(host, [...(waiting.get(host) ?? []), resolve]));
  }
  try {
    return await work();
  } finally {
    const [next, ...others] = waiting.get(host) ?? [];
    waiting.set(host, others);
    if (next === undefined) underWay.set(host, (underWay.get(host) ?? 1) - 1);
    else next();
  }
}
