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

/**
 * The varint at `bytes[start]` and the offset behind it, of ten bytes at most; none where it is cut short or longer. A value
 * beyond 2^53 is as near as a double comes to it.
 */
export function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let at = start, factor = 1; at < bytes.length && factor <= 2 ** 63; factor *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at };
  }
  return undefined;
}
