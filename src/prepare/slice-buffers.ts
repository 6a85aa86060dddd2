/** Shared memory that serves slice after slice. */
export interface SliceBuffer {
  /** For the rows' elements. */
  elements: Uint8Array<SharedArrayBuffer>;
  /** For what they become. */
  room: SharedArrayBuffer;
}

/**
 * A fixed number of buffers for slices, in shared memory. They bound how much of an archive is under way: `postMessage`
 * itself would queue without end. And they are used again: shared memory that is left behind goes when all threads that saw it have
 * collected their garbage, which may be long after.
 */
export class SliceBuffers {
  readonly #count: number;
  readonly #free: SliceBuffer[];
  readonly #waiting: {
    resolve: (buffer: SliceBuffer) => void;
    reject: (reason: unknown) => void;
  }[] = [];
  #failure: { reason: unknown } | undefined;

  /** Makes `count` buffers of so many bytes each. */
  constructor(count: number, bytes: { elements: number; room: number }) {
    this.#count = count;
    this.#free = Array.from({ length: count }, () => ({
      elements: new Uint8Array(new SharedArrayBuffer(bytes.elements)),
      room: new SharedArrayBuffer(bytes.room),
    }));
  }

  /** The next free buffer, as soon as there is one; rejects when {@link fail} was called. */
  async take(): Promise<SliceBuffer> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Takes all of them: nothing is under way any more. Rejects when {@link fail} was called. */
  async takeAll(): Promise<void> {
    for (let taken = 0; taken < this.#count; taken++) await this.take();
  }

  /** Gives a buffer back: nobody reads it any more. */
  give(buffer: SliceBuffer): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(buffer);
    else next.resolve(buffer);
  }

  /** Ends the waiting of everybody who waits or will: the slices have failed. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
