/** Undoes the filters of PNG (PNG, 9). */

/** Bytes of a row, and how far back what is left of a byte is. */
let rowBytes: usize = 0;
let pixelBytes: usize = 0;

/** Sets the form of the rows. */
export function configure(bytesOfRow: usize, bytesOfPixel: usize): void {
  rowBytes = bytesOfRow;
  pixelBytes = bytesOfPixel;
}

/**
 * Undoes the filter of each row at `from`, which stands before it, and writes the rows to `to`, without room between them.
 * Up to 15 bytes behind the last one may be overwritten.
 *
 * @param zeros a row of zero bytes, the row above the first
 * @returns the number of a filter that none has, or 0
 */
export function unfilter(from: usize, height: u32, zeros: usize, to: usize): u32 {
  let above = zeros;
  let filtered = from + 1;
  let row = to;
  for (let y: u32 = 0; y < height; y++) {
    const filter = <u32>load<u8>(filtered - 1);
    switch (filter) {
      case 0:
        for (let i: usize = 0; i < rowBytes; i += 16) v128.store(row + i, v128.load(filtered + i));
        break;
      case 1:
        sub(filtered, row);
        break;
      case 2:
        for (let i: usize = 0; i < rowBytes; i += 16)
          v128.store(row + i, i8x16.add(v128.load(filtered + i), v128.load(above + i)));
        break;
      case 3:
        average(filtered, above, row);
        break;
      case 4:
        paeth(filtered, above, row);
        break;
      default:
        return filter;
    }
    above = row;
    filtered += rowBytes + 1;
    row += rowBytes;
  }
  return 0;
}

function sub(filtered: usize, row: usize): void {
  const end = rowBytes;
  const distance = pixelBytes;
  if (distance === 1) {
    let left: u32 = 0;
    for (let i: usize = 0; i < end; i++) {
      left += load<u8>(filtered + i);
      store<u8>(row + i, <u8>left);
    }
    return;
  }
  for (let i: usize = 0; i < distance; i++) store<u8>(row + i, load<u8>(filtered + i));
  for (let i = distance; i < end; i++)
    store<u8>(row + i, load<u8>(filtered + i) + load<u8>(row + i - distance));
}

function average(filtered: usize, above: usize, row: usize): void {
  const end = rowBytes;
  const distance = pixelBytes;
  for (let i: usize = 0; i < distance; i++)
    store<u8>(row + i, load<u8>(filtered + i) + (load<u8>(above + i) >>> 1));
  for (let i = distance; i < end; i++) {
    const sum = <u32>load<u8>(row + i - distance) + <u32>load<u8>(above + i);
    store<u8>(row + i, <u8>(<u32>load<u8>(filtered + i) + (sum >>> 1)));
  }
}

function paeth(filtered: usize, above: usize, row: usize): void {
  const end = rowBytes;
  const distance = pixelBytes;
  // Where nothing is left, what is above is nearest.
  for (let i: usize = 0; i < distance; i++) store<u8>(row + i, load<u8>(filtered + i) + load<u8>(above + i));
  for (let i = distance; i < end; i++) {
    const a = <i32>load<u8>(row + i - distance);
    const b = <i32>load<u8>(above + i);
    const c = <i32>load<u8>(above + i - distance);
    const toA = abs(b - c);
    const toB = abs(a - c);
    const toC = abs(a + b - 2 * c);
    const near = select(b, c, toB <= toC);
    const nearest = select(a, near, toA <= min(toB, toC));
    store<u8>(row + i, <u8>(<i32>load<u8>(filtered + i) + nearest));
  }
}
