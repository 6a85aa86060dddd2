/**
 * A fixed number of buffers for slices of pixels, in shared memory. They bound how much of an archive is under way:
 * `postMessage` itself would queue without end.
 */
export class SliceBuffers {
  readonly #free: Uint8Array<SharedArrayBuffer>[];
  readonly #waiting: {
    resolve: (buffer: Uint8Array<SharedArrayBuffer>) => void;
    reject: (reason: unknown) => void;
  }[] = [];
  #failure: { reason: unknown } | undefined;

  constructor(count: number, bytes: number) {
    this.#free = Array.from({ length: count }, () => new Uint8Array(new SharedArrayBuffer(bytes)));
  }

  /** The next free buffer, as soon as there is one; rejects when {@link fail} was called. */
  async take(): Promise<Uint8Array<SharedArrayBuffer>> {
    if (this.#failure !== undefined) throw this.#failure.reason;
    const buffer = this.#free.pop();
    if (buffer !== undefined) return buffer;
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** Gives a buffer back: nobody reads it any more. */
  give(buffer: Uint8Array<SharedArrayBuffer>): void {
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
