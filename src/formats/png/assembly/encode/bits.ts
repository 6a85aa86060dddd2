/** Bits not yet written, the first one lowest, and how many: fewer than 8 between calls. */
export let hold: u64 = 0;
export let held: u32 = 0;
/** Where the next byte goes. */
export let position: usize = 0;

/** Starts to write bits at `start`. */
export function open(start: usize): void {
  position = start;
  hold = 0;
  held = 0;
}

/** Goes on from the state of a loop that wrote bits itself. */
export function resume(at: usize, bits: u64, count: u32): void {
  position = at;
  hold = bits;
  held = count;
}

/**
 * Writes the low `count` bits of `value`, at most 56, lowest first (RFC 1951, 3.1.1). Bits above must be
 * zero.
 */
export function write(value: u64, count: u32): void {
  const bits = hold | (value << held);
  const total = held + count;
  store<u64>(position, bits);
  position += total >>> 3;
  hold = bits >>> (total & ~7);
  held = total & 7;
}

/** Fills the last byte with zero bits and returns where the next one goes. */
export function align(): usize {
  if (held > 0) position++;
  hold = 0;
  held = 0;
  return position;
}

/** Copies whole bytes behind an aligned position. */
export function copy(bytes: usize, length: usize): void {
  memory.copy(position, bytes, length);
  position += length;
}
