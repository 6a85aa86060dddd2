import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPngDecoder, type PngForm } from '../../src/formats/png/decode.js';
import { emptyFolder } from '../fixtures/folder.js';
import { askReader } from './readers.js';

function isForms(value: unknown): value is PngForm[] {
  return Array.isArray(value) && value.every((form) => typeof form === 'object' && 'depth' in form);
}

describe('the PNG decoder in WebAssembly', () => {
  it('reads what TensorFlow encodes: 1 to 4 channels, 8 and 16 bits', async (context) => {
    const folder = await emptyFolder();
    const forms = await askReader(context, 'encode_png.py', [folder]);
    if (!isForms(forms)) throw new Error('no forms');
    expect(forms).toHaveLength(2 * 4 * 6 * 4);
    for (const [at, form] of forms.entries()) {
      const samples = await readFile(join(folder, `${at}.raw`));
      const out = new Uint8Array(samples.length);
      createPngDecoder(form).decode(await readFile(join(folder, `${at}.png`)), out, 0);
      expect(Buffer.compare(out, samples), JSON.stringify(form)).toBe(0);
    }
  });
});
