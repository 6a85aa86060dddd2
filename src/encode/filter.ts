/**
 * PNG's scanline filters (PNG specification, section 9) with libpng's choice among them: the filter whose residuals, read
 * as signed bytes, have the smallest sum of magnitudes; of equal ones the first in the order None, Sub, Up, Average,
 * Paeth (`png_write_find_filter` in libpng's pngwutil.c).
 */
export interface FilteredImage {
  /** The filtered rows, each behind its filter byte: `height * (rowBytes + 1)` bytes. */
  readonly bytes: Uint8Array;
  /** Filters the image at `pixels[start]`, its rows top down, into {@link bytes}. */
  filter(pixels: Uint8Array, start: number): void;
}

/** A filter stage for images of one size, its buffers allocated once. */
export function createFilter(height: number, rowBytes: number, pixelBytes: number): FilteredImage {
  const bytes = new Uint8Array(height * (rowBytes + 1));
  const candidates = candidateFilters(height, rowBytes / pixelBytes).map(
    (type) => new Candidate(type, rowBytes, pixelBytes),
  );
  const zeros: Uint8Array = new Uint8Array(rowBytes);
  const filter = (pixels: Uint8Array, start: number): void => {
    let above = zeros;
    for (let y = 0; y < height; y++) {
      const row = pixels.subarray(start + y * rowBytes, start + (y + 1) * rowBytes);
      const best = chooseFilter(candidates, row, above);
      bytes[y * (rowBytes + 1)] = best.type;
      bytes.set(best.residuals, y * (rowBytes + 1) + 1);
      above = row;
    }
  };
  return { bytes, filter };
}

type FilterType = 0 | 1 | 2 | 3 | 4;

/**
 * libpng leaves out the filters that look at the row above where there is one row, and those that look to the left where
 * there is one column (`png_write_start_row`).
 */
function candidateFilters(height: number, width: number): FilterType[] {
  const all: FilterType[] = [0, 1, 2, 3, 4];
  return all.filter((type) => (height > 1 || type < 2) && (width > 1 || type === 0 || type === 2));
}

class Candidate {
  readonly residuals: Uint8Array;

  constructor(
    readonly type: FilterType,
    rowBytes: number,
    readonly pixelBytes: number,
  ) {
    this.residuals = new Uint8Array(rowBytes);
  }

  /** Fills {@link residuals} and returns their sum of magnitudes, or a number from `limit` on as soon as it is reached. */
  apply(row: Uint8Array, above: Uint8Array, limit: number): number {
    const { residuals, pixelBytes, type } = this;
    let sum = 0;
    for (let x = 0; x < row.length; x++) {
      const left = x < pixelBytes ? 0 : row[x - pixelBytes]!;
      const aboveLeft = x < pixelBytes ? 0 : above[x - pixelBytes]!;
      const residual = (row[x]! - predict(type, left, above[x]!, aboveLeft)) & 0xff;
      residuals[x] = residual;
      sum += residual < 128 ? residual : 256 - residual;
      if (sum >= limit) return sum;
    }
    return sum;
  }
}

function predict(type: FilterType, left: number, above: number, aboveLeft: number): number {
  switch (type) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return paeth(left, above, aboveLeft);
  }
}

function paeth(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}

function chooseFilter(candidates: readonly Candidate[], row: Uint8Array, above: Uint8Array): Candidate {
  let best = candidates[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const sum = candidate.apply(row, above, least);
    if (sum < least) {
      least = sum;
      best = candidate;
    }
  }
  return best;
}
