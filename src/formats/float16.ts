/** Numbers of 16 bits, `binary16` of IEEE 754: a sign, 5 bits of exponent, 10 of fraction. JavaScript has no such arrays everywhere. */

/** The bits of the 32-bit float that is the same number as a half; of a NaN, sign and fraction stay too. */
export function floatBitsOf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
  if (fraction === 0) return sign;
  // Subnormal: a float has it with its leading bit left away.
  const shift = Math.clz32(fraction) - 21;
  return sign | ((113 - shift) << 23) | ((fraction << (shift + 13)) & 0x7fffff);
}

/** The half that is the same number as a 32-bit float of these bits; where there is none, one that is nearer to zero. */
export function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff)
    return sign | 0x7c00 | (fraction >> 13) | (fraction !== 0 && fraction < 2 ** 13 ? 1 : 0);
  if (exponent > 142) return sign | 0x7bff;
  if (exponent > 112) return sign | ((exponent - 112) << 10) | (fraction >> 13);
  return exponent < 103 ? sign : sign | ((fraction | 0x800000) >> (126 - exponent));
}

/** Halves, little-endian, as the same numbers of 32 bits. */
export function floatsOfHalves(bytes: Uint8Array): Float32Array {
  const floats = new Float32Array(bytes.length / 2);
  const bits = new Int32Array(floats.buffer);
  for (let at = 0; at < bits.length; at++) bits[at] = floatBitsOf(bytes[2 * at]! | (bytes[2 * at + 1]! << 8));
  return floats;
}

/** The same numbers as halves, little-endian. */
export function halvesOfFloats(floats: Float32Array): Uint8Array {
  const bits = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  const halves = new DataView(new ArrayBuffer(2 * bits.length));
  for (let at = 0; at < bits.length; at++) halves.setUint16(2 * at, halfOf(bits[at]!), true);
  return new Uint8Array(halves.buffer);
}
