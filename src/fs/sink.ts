/** Where a shard's bytes go, from front to back. */
export interface Sink {
  /** Takes the bytes at once: the caller may reuse their memory. */
  write(bytes: Uint8Array): void;
}
