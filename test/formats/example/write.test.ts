import { describe, expect, it } from 'vitest';
import { decodeExample, type FeatureValues } from '../../../src/formats/example/read.js';
import {
  EXAMPLE_OVERHEAD,
  type ExampleValue,
  FeatureList,
  type FeatureNames,
  writeExample,
} from '../../../src/formats/example/write.js';
import { drawImage } from '../png/images.js';

const utf8 = new TextEncoder();
const NAMES = { input: utf8.encode('image'), label: utf8.encode('label') };

/** An image as the value of a row. */
function bytesValue(image: Uint8Array): ExampleValue {
  return { list: FeatureList.BYTES, length: image.length, write: (out, at) => out.set(image, at) };
}

function example(image: Uint8Array, label: number, names: FeatureNames = NAMES): Uint8Array {
  const { input, label: labelName = '' } = names;
  const out = new Uint8Array(image.length + input.length + labelName.length + EXAMPLE_OVERHEAD);
  return out.subarray(0, writeExample(names, { value: bytesValue(image), label }, out, 0).end);
}

/** The value of a feature that holds one string of bytes. */
function onlyBytes(values: FeatureValues = []): Uint8Array {
  const [value, ...rest] = values;
  if (value instanceof Uint8Array && rest.length === 0) return value;
  throw new Error(`${values.length} values, or no bytes`);
}

describe('writeExample', () => {
  it('writes the wire format, image before label', () => {
    // By hand: every length counts what follows it in its message.
    const expected = [
      '0a22', // Example.features, 34 bytes
      '0a10', // Features.feature, an entry of 16 bytes
      '0a05696d616765', // its key, "image"
      '1207', // its value, a Feature of 7 bytes
      '0a05', // Feature.bytes_list
      '0a03504e47', // BytesList.value, "PNG"
      '0a0e', // the next entry, 14 bytes
      '0a056c6162656c', // its key, "label"
      '1205', // its value
      '1a03', // Feature.int64_list
      '0a0105', // Int64List.value, packed: 5
    ];
    expect(Buffer.from(example(utf8.encode('PNG'), 5)).toString('hex')).toBe(expected.join(''));
  });

  it('leaves the label away where it has no name', () => {
    const bytes = example(utf8.encode('PNG'), 5, { input: NAMES.input });
    expect(Buffer.from(bytes).toString('hex')).toBe('0a120a100a05696d61676512070a050a03504e47');
  });

  it('writes lengths and labels of several bytes', () => {
    const bytes = Buffer.from(example(new Uint8Array(130), 300)).toString('hex');
    const head = '0aa6010a92010a05696d61676512' + '8801' + '0a8501' + '0a8201';
    expect(bytes).toBe(`${head}${'00'.repeat(130)}0a0f0a056c6162656c12061a040a02ac02`);
  });

  it.each([0, 1, 127, 128, 255, 300, 16_384, 2 ** 31, 2 ** 53 - 1])('is decoded again, label %i', (label) => {
    for (const length of [0, 1, 100, 127, 128, 300, 20_000]) {
      const image = drawImage('noise', { height: 1, width: length, channels: 1 });
      const features = decodeExample(example(image, label));
      expect(Array.from(features.keys())).toEqual(['image', 'label']);
      expect(Buffer.compare(onlyBytes(features.get('image')), image)).toBe(0);
      expect(features.get('label')).toEqual([BigInt(label)]);
    }
  });

  it('takes other names, of any length', () => {
    const names = { input: utf8.encode('Bild_字'.repeat(40)), label: utf8.encode('x') };
    const features = decodeExample(example(Uint8Array.of(1, 2), 3, names));
    expect(features).toEqual(
      new Map<string, unknown>([
        ['Bild_字'.repeat(40), [Uint8Array.of(1, 2)]],
        ['x', [3n]],
      ]),
    );
  });

  it('writes at its offset and tells where the image stands', () => {
    const image = Uint8Array.of(11, 22, 33);
    const out = new Uint8Array(200).fill(99);
    const { valueStart, end } = writeExample(NAMES, { value: bytesValue(image), label: 5 }, out, 50);
    expect(out.subarray(valueStart, valueStart + 3)).toEqual(image);
    expect(out.subarray(50, end)).toEqual(example(image, 5));
    expect(out.subarray(0, 50).every((byte) => byte === 99)).toBe(true);
    expect(out.subarray(end).every((byte) => byte === 99)).toBe(true);
  });

  it('needs no more room than it asks for', () => {
    const image = new Uint8Array(3_000_000);
    const { end } = writeExample(
      NAMES,
      { value: bytesValue(image), label: 2 ** 53 },
      new Uint8Array(3_001_000),
      0,
    );
    expect(end).toBeLessThanOrEqual(
      image.length + NAMES.input.length + NAMES.label.length + EXAMPLE_OVERHEAD,
    );
  });
});
