/**
 * Compares texts by their code points, as Python sorts them: of characters beyond U+FFFF, JavaScript's own order of UTF-16 has
 * some before others that are below.
 */
export function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
