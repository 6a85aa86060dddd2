import type { DType } from '../dataset/feature.js';
import { DatasetError } from '../errors.js';
import type { ArrayHeader } from './header.js';
import { type Literal, parseLiteral } from './python-literal.js';

/**
 * The head of an NPY file (NEP 1, and numpy's `lib/_format_impl.py`): `\x93NUMPY`, two bytes of version, the length of the text
 * behind it as u16 LE in version 1 and as u32 LE in 2 and 3, then the text: a Python dict of `descr`, `fortran_order` and `shape`,
 * in latin1 up to version 2, in UTF-8 from 3 on.
 */
const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);

/** Length of the part that tells how many bytes of length follow. */
export const NPY_MAGIC_BYTES = MAGIC.length + 2;

/** More than the text of an array's head is: one of 32 dimensions takes less than a kilobyte. */
export const MOST_TEXT_BYTES = 65_536;

/** Whether a file begins as NPY does, as far as these bytes tell. */
export function isNpy(start: Uint8Array): boolean {
  return start.length > 0 && MAGIC.every((byte, at) => at >= start.length || start[at] === byte);
}

/**
 * How many bytes tell the length of the text, by the file's first eight.
 *
 * @throws {DatasetError} `NPY_INVALID` for other bytes than `\x93NUMPY`, or another version than 1, 2 and 3
 */
export function npyLengthBytes(magic: Uint8Array, where: string): 2 | 4 {
  if (!isNpy(magic.subarray(0, MAGIC.length)))
    throw invalid(where, 'is neither an IDX nor an NPY file', {
      expected: '93 4e 55 4d 50 59',
      found: Buffer.from(magic.subarray(0, MAGIC.length))
        .toString('hex')
        .replace(/..(?=.)/g, '$& '),
      next: 'Check that the file is what its name says.',
    });
  const [major = 0, minor = 0] = magic.subarray(MAGIC.length);
  if (major >= 1 && major <= 3 && minor === 0) return major === 1 ? 2 : 4;
  throw invalid(where, 'is of a version of NPY that is not known', {
    expected: 'version 1.0, 2.0 or 3.0',
    found: `version ${major}.${minor}`,
    next: 'Save the array anew with numpy.save.',
  });
}

/**
 * The length of the text, as the bytes behind the first eight tell.
 *
 * @throws {DatasetError} `NPY_INVALID` for one that no head has; nothing is allocated by what it says
 */
export function npyTextLength(length: Uint8Array, where: string): number {
  const bytes = length.reduceRight((value, byte) => value * 256 + byte, 0);
  if (bytes <= MOST_TEXT_BYTES) return bytes;
  throw invalid(where, 'has a head that is too long', {
    expected: `${MOST_TEXT_BYTES} bytes at most`,
    found: `${bytes} bytes`,
    next: 'Get the file again: its head is damaged.',
  });
}

/**
 * Reads the text of a head.
 *
 * @throws {DatasetError} `NPY_INVALID` where it is not what numpy writes, or the array lies in Fortran order; `NPY_TYPE` for
 *   elements that are not plain numbers
 */
export function parseNpyHeader(text: Uint8Array, where: string): ArrayHeader {
  const literal = parseLiteral(new TextDecoder().decode(text));
  const fields = literal instanceof Map ? literal : new Map<string, Literal>();
  const descr = fields.get('descr');
  const fortran = fields.get('fortran_order');
  const dimensions = dimensionsOf(fields.get('shape'));
  if (descr === undefined || typeof fortran !== 'boolean' || dimensions === undefined || fields.size !== 3)
    throw invalid(where, 'has a head that is not as numpy writes it', {
      expected: "a dict of 'descr', 'fortran_order' and 'shape'",
      found: JSON.stringify(new TextDecoder().decode(text.subarray(0, 120)).trimEnd()),
      next: 'Save the array anew with numpy.save.',
    });
  const type = typeOf(descr, where);
  // An array of one dimension, or with one above 1, lies in both orders alike.
  if (fortran && dimensions.filter((size) => size > 1).length > 1)
    throw invalid(where, 'lies in Fortran order, in which no row is whole before the last bytes have come', {
      expected: 'C order',
      found: 'Fortran order',
      next: 'Save it with numpy.save(file, numpy.ascontiguousarray(array)).',
    });
  return { format: 'NPY', ...type, dimensions };
}

function dimensionsOf(shape: Literal | undefined): number[] | undefined {
  if (!Array.isArray(shape)) return undefined;
  const sizes = shape.filter((size) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0);
  return sizes.length === shape.length ? sizes.map(Number) : undefined;
}

/** Element types by the letter and the size that numpy gives them. */
const TYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  u1: 'uint8',
  i1: 'int8',
  u2: 'uint16',
  i2: 'int16',
  u4: 'uint32',
  i4: 'int32',
  u8: 'uint64',
  i8: 'int64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

/** The letters of types of text. */
const TEXTS: readonly string[] = ['S', 'U', 'a'];

/** Why elements that numpy can save are not read, by the letter of their type. */
const REFUSED: Readonly<Record<string, string>> = {
  O: 'Python objects, which lie pickled in the file: reading them would run whatever code the file asks for',
  c: 'complex numbers',
  S: 'texts',
  U: 'texts',
  a: 'texts',
  V: 'structures or plain bytes',
  M: 'dates',
  m: 'spans of time',
};

function typeOf(descr: Literal, where: string): Pick<ArrayHeader, 'dtype' | 'littleEndian'> {
  const text = typeof descr === 'string' ? descr : '';
  const [, order = '', code = '', letter = ''] = /^([<>|=])?(([a-zA-Z])\d*)/.exec(text) ?? [];
  const dtype = text === order + code ? TYPES[code] : undefined;
  // numpy never writes `=`, the machine's own order; on all machines that Node.js runs on that is little-endian.
  if (dtype !== undefined) return { dtype, littleEndian: order !== '>' };
  const found = Array.isArray(descr)
    ? 'structures'
    : (REFUSED[letter] ?? 'numbers of a type that TFDS has not');
  throw new DatasetError('NPY_TYPE', `${where} does not hold an array of numbers that can be prepared`, {
    expected: [...new Set(Object.values(TYPES))].join(', '),
    found: `${found}${text === '' ? '' : ` (${text})`}`,
    next: TEXTS.includes(letter)
      ? 'Number the classes from 0 on, and give their names with --class-names.'
      : 'Save the array with another type: numpy.save(file, array.astype("float32")), for instance.',
  });
}

function invalid(
  where: string,
  what: string,
  details: { expected: string; found: string; next: string },
): DatasetError {
  return new DatasetError('NPY_INVALID', `${where} ${what}`, details);
}
