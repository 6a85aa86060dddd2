import type { Sink } from './sink.js';

/** A sink that knows where in the file it is. */
export class FileOffset implements Sink {
  readonly #sink: Sink;
  offset = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  write(bytes: Uint8Array): void {
    this.#sink.write(bytes);
    this.offset += bytes.length;
  }
}
