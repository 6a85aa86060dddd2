import { describe, expect, it } from 'vitest';
import { LETTERFORMS } from '../../../src/archive/draw/glyphs.js';

describe('LETTERFORMS', () => {
  it('has the ten digits, each in several forms of different names, whose shares sum to 100', () => {
    expect(LETTERFORMS).toHaveLength(10);
    for (const forms of LETTERFORMS) {
      expect(forms.length).toBeGreaterThan(1);
      expect(new Set(forms.map((form) => form.name)).size).toBe(forms.length);
      expect(forms.reduce((sum, form) => sum + form.share, 0)).toBe(100);
    }
  });

  it('keeps every point in the frame and turns sharply only within a stroke', () => {
    for (const { glyph } of LETTERFORMS.flat()) {
      for (const { points, corners } of glyph) {
        expect(points).toHaveLength(2 * corners.length);
        expect(corners.length).toBeGreaterThan(2);
        expect(points.every((at, i) => at >= 0 && at <= (i % 2 === 0 ? 66 : 100))).toBe(true);
        expect(corners.at(-1)).toBe(false);
      }
    }
  });
});
