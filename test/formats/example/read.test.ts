import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from '../../../src/errors.js';
import { decodeExample } from '../../../src/formats/example/read.js';
import { EXAMPLE_OVERHEAD, FeatureList, writeExample } from '../../../src/formats/example/write.js';
import { times } from '../../sample.js';

const utf8 = new TextEncoder();

/** A length-delimited field: its number, then what is in it. */
function field(number: number, ...content: (Uint8Array | number[] | string)[]): Uint8Array {
  const bytes = content.flatMap((part) => Array.from(typeof part === 'string' ? utf8.encode(part) : part));
  if (bytes.length > 16_383) throw new Error('too long for two bytes of length');
  const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
  return Uint8Array.of((number << 3) | 2, ...length, ...bytes);
}

/** An Example of one feature. */
function exampleOf(name: string, feature: Uint8Array): Uint8Array {
  return field(1, field(1, field(1, name), field(2, feature)));
}

function varintField(number: number, ...value: number[]): number[] {
  return [number << 3, ...value];
}

describe('decodeExample', () => {
  const image = field(1, field(1, 'image'), field(2, field(1, field(1, 'PNG'))));
  const label = field(1, field(1, 'label'), field(2, field(3, field(1, [5]))));
  const expected = new Map<string, unknown>([
    ['image', [utf8.encode('PNG')]],
    ['label', [5n]],
  ]);

  it('reads the features in either order', () => {
    expect(decodeExample(field(1, image, label))).toEqual(expected);
    expect(decodeExample(field(1, label, image))).toEqual(expected);
  });

  it('reads an entry whose value stands before its key', () => {
    const turned = field(1, field(2, field(3, field(1, [5]))), field(1, 'label'));
    expect(decodeExample(field(1, image, turned))).toEqual(expected);
  });

  it('takes the last of two entries of one name, and features of two messages', () => {
    const other = field(1, field(1, 'label'), field(2, field(3, field(1, [9]))));
    expect(decodeExample(field(1, other, image, label))).toEqual(expected);
    expect(decodeExample(Uint8Array.of(...field(1, image), ...field(1, label)))).toEqual(expected);
  });

  it('skips fields that it does not know, at every level', () => {
    // A varint, eight bytes, four bytes and a string, under numbers that the messages do not have.
    const unknown = [
      ...varintField(9, 0x80, 0x01),
      ...[(10 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8],
      ...[(11 << 3) | 5, 1, 2, 3, 4],
      ...field(12, 'x'),
    ];
    const list = field(3, unknown, field(1, [5]), unknown);
    const entry = field(1, unknown, field(1, 'label'), unknown, field(2, unknown, list, unknown));
    expect(decodeExample(Uint8Array.of(...unknown, ...field(1, unknown, entry), ...unknown))).toEqual(
      new Map([['label', [5n]]]),
    );
    const bytes = field(2, field(1, unknown, field(1, 'PNG')));
    expect(decodeExample(field(1, field(1, field(1, 'image'), bytes)))).toEqual(
      new Map([['image', [utf8.encode('PNG')]]]),
    );
    const floats = field(2, field(2, unknown, field(1, [0, 0, 0xc0, 0x3f])));
    expect(decodeExample(field(1, field(1, field(1, 'weight'), floats)))).toEqual(
      new Map([['weight', Float32Array.of(1.5)]]),
    );
  });

  it('reads integers packed, unpacked and in several parts', () => {
    const packed = field(3, field(1, [1, 0x80, 0x01, 3]));
    const unpacked = field(3, varintField(1, 1), varintField(1, 0x80, 0x01), varintField(1, 3));
    const parts = field(3, field(1, [1]), varintField(1, 0x80, 0x01), field(1, [3]));
    for (const feature of [packed, unpacked, parts]) {
      expect(decodeExample(exampleOf('n', feature)).get('n')).toEqual([1n, 128n, 3n]);
    }
  });

  it('reads negative integers and the largest', () => {
    const minusOne = [...new Array<number>(9).fill(255), 1];
    const largest = [...new Array<number>(8).fill(255), 127];
    const feature = field(3, field(1, minusOne, largest));
    expect(decodeExample(exampleOf('n', feature)).get('n')).toEqual([-1n, 2n ** 63n - 1n]);
  });

  it('reads floats packed and unpacked', () => {
    const oneAndAHalf = [0, 0, 0xc0, 0x3f];
    const minusTwo = [0, 0, 0, 0xc0];
    const packed = field(2, field(1, oneAndAHalf, minusTwo));
    const unpacked = field(2, [(1 << 3) | 5, ...oneAndAHalf], [(1 << 3) | 5, ...minusTwo]);
    for (const feature of [packed, unpacked]) {
      expect(decodeExample(exampleOf('x', feature)).get('x')).toEqual(Float32Array.of(1.5, -2));
    }
  });

  it('reads several strings, empty ones too', () => {
    const feature = field(1, field(1, 'a'), field(1, ''), field(1, 'bc'));
    expect(decodeExample(exampleOf('s', feature)).get('s')).toEqual([
      utf8.encode('a'),
      new Uint8Array(0),
      utf8.encode('bc'),
    ]);
  });

  it('reads what is empty', () => {
    expect(decodeExample(new Uint8Array(0))).toEqual(new Map());
    expect(decodeExample(field(1))).toEqual(new Map());
    expect(decodeExample(exampleOf('s', new Uint8Array(0)))).toEqual(new Map([['s', []]]));
    for (const [kind, empty] of [
      [1, []],
      [2, new Float32Array(0)],
      [3, []],
    ] as const) {
      expect(decodeExample(exampleOf('s', field(kind)))).toEqual(new Map([['s', empty]]));
    }
    expect(decodeExample(field(1, field(1)))).toEqual(new Map([['', []]]));
  });

  it('reads names that are not ASCII', () => {
    expect(Array.from(decodeExample(exampleOf('字🙂', field(1, field(1, 'x')))).keys())).toEqual(['字🙂']);
  });

  it.each([
    ['a field that ends early', Uint8Array.of(0x0a, 5, 1, 2)],
    ['a length without an end', Uint8Array.of(0x0a, 0x80)],
    ['a tag without an end', Uint8Array.of(0x80)],
    ['a length beyond any', Uint8Array.of(0x0a, 255, 255, 255, 255, 255, 255, 255, 255, 127)],
    ['a varint of eleven bytes', Uint8Array.of(...new Array<number>(10).fill(128), 1)],
    ['a group', Uint8Array.of((1 << 3) | 3)],
    ['wire type 7', Uint8Array.of((1 << 3) | 7)],
    ['features that are a varint', Uint8Array.of(1 << 3, 5)],
    ['an entry that is four bytes', field(1, [(1 << 3) | 5, 1, 2, 3, 4])],
    ['a key that is a varint', field(1, field(1, varintField(1, 5)))],
    ['a list of bytes that holds a varint', exampleOf('s', field(1, varintField(1, 5)))],
    ['a float of three bytes', exampleOf('x', field(2, field(1, [1, 2, 3])))],
    ['a float that is a varint', exampleOf('x', field(2, varintField(1, 128, 128, 128, 1)))],
    ['a float that is eight bytes', exampleOf('x', field(2, [(1 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]))],
    ['an integer that is four bytes', exampleOf('n', field(3, [(1 << 3) | 5, 1, 2, 3, 4]))],
    ['an integer that is eight bytes', exampleOf('n', field(3, [(1 << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8]))],
    ['a packed varint cut short', exampleOf('n', field(3, field(1, [0x80])))],
    ['a varint cut short', Uint8Array.of(9 << 3, 0x80)],
    ['eight bytes cut short', Uint8Array.of((9 << 3) | 1, 1, 2, 3)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeExample(bytes)).toThrow(
      expect.objectContaining({
        name: 'DatasetError',
        code: 'RECORD_CORRUPT',
        message: 'the bytes are not a tf.train.Example',
        expected: 'Protocol Buffers wire format',
        found: expect.stringMatching(/\S/),
      }),
    );
  });

  /** Whatever the bytes are: features come of them, or the one error. */
  function decodeOrRefuse(bytes: Uint8Array): void {
    try {
      for (const values of decodeExample(bytes).values()) {
        expect(Array.isArray(values) || values instanceof Float32Array).toBe(true);
      }
    } catch (error) {
      if (!(error instanceof DatasetError)) throw error;
      expect(error.code).toBe('RECORD_CORRUPT');
    }
  }

  it('refuses random bytes by no other error', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), decodeOrRefuse), { numRuns: times(3000, 300) });
  });

  it('refuses damaged examples by no other error', () => {
    const names = { input: utf8.encode('image'), label: utf8.encode('label') };
    const image = new Uint8Array(40).fill(7);
    const value = {
      list: FeatureList.BYTES,
      length: 40,
      write: (to: Uint8Array, at: number) => to.set(image, at),
    };
    const out = new Uint8Array(300 + EXAMPLE_OVERHEAD);
    const { end } = writeExample(names, { value, label: 300 }, out, 0);
    const whole = out.subarray(0, end);
    const damage = fc.array(fc.tuple(fc.nat(end - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(end), (changes, length) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        decodeOrRefuse(bytes);
        decodeOrRefuse(bytes.subarray(0, length));
      }),
      { numRuns: times(3000, 300) },
    );
    for (let length = 1; length < end; length++) {
      expect(() => decodeExample(whole.subarray(0, length))).toThrow(DatasetError);
    }
  });
});
