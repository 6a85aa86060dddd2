import fc from 'fast-check';

/** The bytes as a stream that is cut at the given offsets; a cut at one offset twice gives an empty chunk. */
export async function* cutAt(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const to of [...cuts, bytes.length].sort((a, b) => a - b)) {
    yield bytes.subarray(from, to);
    from = to;
  }
}

/** The bytes as a stream of one chunk. */
export function whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  return cutAt(bytes, []);
}

/** Offsets at which a stream of `length` bytes may be cut. */
export function anyCuts(length: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(length), { maxLength: 20 });
}
