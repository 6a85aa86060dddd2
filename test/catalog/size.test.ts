import { describe, expect, it } from 'vitest';
import { sizeText } from '../../src/catalog/size.js';

describe('sizeText', () => {
  it.each([
    [0, 'Unknown size'],
    [1, '1 bytes'],
    [1023, '1023 bytes'],
    [1024, '1.00 KiB'],
    [11594722, '11.06 MiB'],
    [22022098, '21.00 MiB'],
    [2 ** 50, '1.00 PiB'],
    // In the middle between two hundredths: to the even one, as Python does.
    [1024 + 128, '1.12 KiB'],
    [1024 + 384, '1.38 KiB'],
    [1024 + 896, '1.88 KiB'],
    [2048 + 640, '2.62 KiB'],
  ])('says %d as TFDS does', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
