import type { Storage } from '../../src/storage/storage.js';

/** What the calls to a storage do. */
export interface Faults {
  /** Calls so far. */
  calls: number;
  /** The call, from 1, that is the last one to have an effect, and which nobody hears of: as for a process that is killed then. */
  at: number;
}

/** What a call throws that never comes to its end. */
export class Killed extends Error {}

/** A storage whose calls are counted, and one of which is the last. */
export function faulty(storage: Storage, faults: Faults): Storage {
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    faults.calls++;
    if (faults.calls > faults.at) throw new Killed();
    const result = await work();
    if (faults.calls >= faults.at) throw new Killed();
    return result;
  };
  const stream = async function* <T>(things: AsyncIterable<T>): AsyncIterable<T> {
    await call(async () => {});
    yield* things;
  };
  return {
    url: storage.url,
    probe: () => call(() => storage.probe()),
    putFile: (key, path, file) => call(() => storage.putFile(key, path, file)),
    putBytes: (key, bytes) => call(() => storage.putBytes(key, bytes)),
    get: (key) => call(() => storage.get(key)),
    read: (key, range) => stream(storage.read(key, range)),
    sizeOf: (key) => call(() => storage.sizeOf(key)),
    list: (prefix) => stream(storage.list(prefix)),
    remove: (keys) => call(() => storage.remove(keys)),
    removeUnfinished: (prefix) => call(() => storage.removeUnfinished(prefix)),
  };
}
