/**
 * `numerator / denominator` rounded to the nearest integer, halves to the even one, as Python's `round` does and
 * JavaScript's does not. Python rounds the quotient of two integers, which is a float: so does this.
 */
export function roundHalfToEven(numerator: number, denominator: number): number {
  const quotient = numerator / denominator;
  const floor = Math.floor(quotient);
  const fraction = quotient - floor;
  if (fraction !== 0.5) return fraction < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}
