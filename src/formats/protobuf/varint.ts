/** Protocol Buffers' base-128 varints, for values up to 2^53. */

/** How many bytes the varint of `value` takes. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** Writes the varint of `value` (0 to 2^53) at `out[offset]` and returns the offset behind it. */
export function writeVarint(value: number, out: Uint8Array, offset: number): number {
  let rest = value;
  let at = offset;
  while (rest >= 128) {
    out[at++] = (rest % 128) | 128;
    rest = Math.floor(rest / 128);
  }
  out[at++] = rest;
  return at;
}
