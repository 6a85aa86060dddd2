/** What every module of WebAssembly has in common. */

/** Grows the linear memory to so many bytes at least. Traps where there is no memory left. */
export function growTo(bytes: usize): void {
  const missing = <i32>((bytes + 0xffff) >>> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
}
