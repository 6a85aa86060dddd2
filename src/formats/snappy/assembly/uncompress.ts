import { copyVectors, INPUT, output } from './memory';

// What `uncompress` says is wrong; snappy.ts has the words.
const FINE: u32 = 0;
const OTHER_LENGTH: u32 = 1;
const CUT_SHORT: u32 = 2;
const TOO_LONG: u32 = 3;
const NO_SOURCE: u32 = 4;

/** Uncompresses the `stored` bytes at {@link INPUT}, which must make `length`; they are at {@link output}. */
export function uncompress(stored: usize, length: usize): u32 {
  const end = INPUT + stored;
  const full = output + length;
  let at = INPUT;
  let told: u64 = 0;
  for (let shift: u64 = 0; ; shift += 7) {
    if (at === end || shift > 28) return at === end ? CUT_SHORT : OTHER_LENGTH;
    const byte = load<u8>(at++);
    told |= (<u64>(byte & 0x7f)) << shift;
    if (byte < 0x80) break;
  }
  if (told !== <u64>length) return OTHER_LENGTH;
  let to = output;
  while (at < end) {
    const tag = <usize>load<u8>(at++);
    let size: usize;
    if ((tag & 3) === 0) {
      size = (tag >>> 2) + 1;
      if (size > 60) {
        const bytes = size - 60;
        if (bytes > end - at) return CUT_SHORT;
        // A longer literal than there can be bytes is seen below; here 2^32 shall not become 0.
        size = min<usize>(load<u32>(at) & (0xffffffff >>> ((4 - bytes) << 3)), 0x7fffffff) + 1;
        at += bytes;
      }
      if (size > end - at) return CUT_SHORT;
      if (size > full - to) return TOO_LONG;
      copyVectors(to, at, size);
      at += size;
    } else {
      const bytes: usize = (tag & 3) === 3 ? 4 : tag & 3;
      if (bytes > end - at) return CUT_SHORT;
      let offset: usize;
      if (bytes === 1) {
        size = ((tag >>> 2) & 7) + 4;
        offset = ((tag >>> 5) << 8) | load<u8>(at);
      } else {
        size = (tag >>> 2) + 1;
        offset = bytes === 2 ? <usize>load<u16>(at) : <usize>load<u32>(at);
      }
      at += bytes;
      if (offset === 0 || offset > to - output) return NO_SOURCE;
      if (size > full - to) return TOO_LONG;
      // Of a copy that begins less than a vector back, what it makes is written once more, and lies twice as far back.
      while (offset < 16 && size > offset) {
        v128.store(to, v128.load(to - offset));
        to += offset;
        size -= offset;
        offset <<= 1;
      }
      copyVectors(to, to - offset, size);
    }
    to += size;
  }
  return to === full ? FINE : CUT_SHORT;
}
