/** Everything in a file is aligned to as many bytes. */
export const ALIGNMENT = 8;

/** Bytes, rounded up to {@link ALIGNMENT}. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
