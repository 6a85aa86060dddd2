/** Undoes the filters of PNG (PNG, 9). */

/**
 * Undoes the filter of each row at `from`, which stands before it, and writes the rows to `to`, without room between them.
 * Up to 15 bytes behind the last one may be overwritten.
 *
 * @param pixelBytes how far back what is left of a byte is
 * @param zeros a row of zero bytes, the row above the first
 * @returns false where a filter has a number that none has
 */
export function unfilter(
  from: usize,
  height: u32,
  rowBytes: usize,
  pixelBytes: usize,
  zeros: usize,
  to: usize,
): bool {
  let above = zeros;
  let filtered = from + 1;
  let row = to;
  for (let y: u32 = 0; y < height; y++) {
    switch (load<u8>(filtered - 1)) {
      case 0:
        for (let i: usize = 0; i < rowBytes; i += 16) v128.store(row + i, v128.load(filtered + i));
        break;
      case 1:
        sub(filtered, row, rowBytes, pixelBytes);
        break;
      case 2:
        for (let i: usize = 0; i < rowBytes; i += 16)
          v128.store(row + i, i8x16.add(v128.load(filtered + i), v128.load(above + i)));
        break;
      case 3:
        average(filtered, above, row, rowBytes, pixelBytes);
        break;
      case 4:
        paeth(filtered, above, row, rowBytes, pixelBytes);
        break;
      default:
        return false;
    }
    above = row;
    filtered += rowBytes + 1;
    row += rowBytes;
  }
  return true;
}

function sub(filtered: usize, row: usize, rowBytes: usize, pixelBytes: usize): void {
  if (pixelBytes === 1) {
    let left: u32 = 0;
    for (let i: usize = 0; i < rowBytes; i++) {
      left += load<u8>(filtered + i);
      store<u8>(row + i, <u8>left);
    }
    return;
  }
  for (let i: usize = 0; i < pixelBytes; i++) store<u8>(row + i, load<u8>(filtered + i));
  for (let i = pixelBytes; i < rowBytes; i++)
    store<u8>(row + i, load<u8>(filtered + i) + load<u8>(row + i - pixelBytes));
}

function average(filtered: usize, above: usize, row: usize, rowBytes: usize, pixelBytes: usize): void {
  for (let i: usize = 0; i < pixelBytes; i++)
    store<u8>(row + i, load<u8>(filtered + i) + (load<u8>(above + i) >>> 1));
  for (let i = pixelBytes; i < rowBytes; i++) {
    const sum = <u32>load<u8>(row + i - pixelBytes) + <u32>load<u8>(above + i);
    store<u8>(row + i, <u8>(<u32>load<u8>(filtered + i) + (sum >>> 1)));
  }
}

function paeth(filtered: usize, above: usize, row: usize, rowBytes: usize, pixelBytes: usize): void {
  // Where nothing is left, what is above is nearest.
  for (let i: usize = 0; i < pixelBytes; i++)
    store<u8>(row + i, load<u8>(filtered + i) + load<u8>(above + i));
  for (let i = pixelBytes; i < rowBytes; i++) {
    const a = <i32>load<u8>(row + i - pixelBytes);
    const b = <i32>load<u8>(above + i);
    const c = <i32>load<u8>(above + i - pixelBytes);
    const toA = abs(b - c);
    const toB = abs(a - c);
    const toC = abs(a + b - 2 * c);
    const near = select(b, c, toB <= toC);
    const nearest = select(a, near, toA <= min(toB, toC));
    store<u8>(row + i, <u8>(<i32>load<u8>(filtered + i) + nearest));
  }
}
