/**
 * What a file is, by its first bytes: so that people are told what they have, and what to do with it, where an archive was
 * expected. Only what lies in such places is listed, each by the magic number of its own specification.
 *
 * The packages for this were looked at. `file-type` (21, the last one for Node.js 20) comes as 10 packages and takes 70 ms to load, and
 * of the kinds below it does not know pages, pointers of Git LFS, NPY, HDF5, MATLAB, pickle, JSON, text and turned IDX; UTF-16
 * and Arrow's streams it takes for MP3. `magic-bytes.js` (1.13) has no dependencies and knows no zstd, Parquet, Arrow or LZ4
 * either; what it does not know it takes for several things at once. A line of a table each is less than either.
 */

/** A kind of file, in words. */
export interface FileKind {
  /** As it follows "is": `an HTML page`. */
  what: string;
  /** What to do about it, as a sentence. */
  next: string;
  /** Whether only its letters speak for it, so that the inside of an archive, which may be text, is not judged by it. */
  isText?: boolean;
}

/** How many bytes of a file {@link kindOf} looks at. */
export const HEAD_BYTES = 512;

const GZIP = [0x1f, 0x8b];
const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** A zip of nothing (APPNOTE.TXT, section 4.3.16). */
const EMPTY_ZIP = [0x50, 0x4b, 0x05, 0x06];
const NPY = [0x93, ...ascii('NUMPY')];

/** Whether bytes begin as gzip does (RFC 1952, section 2.3.1). */
export function isGzip(head: Uint8Array): boolean {
  return hasAt(head, GZIP);
}

/** Whether bytes begin as an xz stream does (The .xz File Format, section 2.1.1.1). */
export function isXz(head: Uint8Array): boolean {
  return hasAt(head, XZ);
}

/** Whether bytes begin as a zip does (APPNOTE.TXT, section 4.3.7). */
export function isZip(head: Uint8Array): boolean {
  return hasAt(head, ZIP) || hasAt(head, EMPTY_ZIP);
}

/** Whether bytes may be those of an array: IDX begins with two zeros, NPY with `\x93NUMPY`. */
export function isArray(head: Uint8Array): boolean {
  return hasAt(head, [0, 0]) || hasAt(head, NPY);
}

const AGAIN = 'Get the file again.';
const AS_ARRAY = 'Save its arrays as NPY first (numpy.save in Python), and name those.';
const IMAGES = 'Put all images of a split into one array first, IDX or NPY, and name that.';
const MEANT = 'Name the file of the array instead: IDX or NPY, plain or packed.';

/** How to unpack what is not unpacked here. */
function unpack(program: string): string {
  return `Unpack it first (${program} FILE), and name what it holds.`;
}

/** Kinds by the bytes that they begin with, or have at an offset. */
const SIGNATURES: readonly { kind: FileKind; bytes: readonly number[]; at?: number }[] = [
  { kind: { what: 'gzip', next: unpack('gunzip') }, bytes: GZIP },
  { kind: { what: 'xz', next: unpack('unxz') }, bytes: XZ },
  { kind: { what: 'a zip archive', next: unpack('unzip') }, bytes: ZIP },
  { kind: { what: 'an empty zip archive', next: AGAIN }, bytes: EMPTY_ZIP },
  { kind: { what: 'an NPY file', next: MEANT }, bytes: NPY },
  { kind: { what: 'bzip2', next: unpack('bunzip2') }, bytes: ascii('BZh') },
  { kind: { what: 'zstd', next: unpack('unzstd') }, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: { what: 'LZ4', next: unpack('unlz4') }, bytes: [0x04, 0x22, 0x4d, 0x18] },
  { kind: { what: 'LZMA', next: unpack('unlzma') }, bytes: [0x5d, 0x00, 0x00] },
  { kind: { what: 'a file of compress', next: unpack('uncompress') }, bytes: [0x1f, 0x9d] },
  { kind: { what: 'a tar archive', next: unpack('tar xf') }, bytes: ascii('ustar'), at: 257 },
  { kind: { what: 'a 7z archive', next: unpack('7z x') }, bytes: [...ascii('7z'), 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: { what: 'a RAR archive', next: unpack('unrar x') }, bytes: [...ascii('Rar!'), 0x1a, 0x07] },
  { kind: { what: 'a Parquet file', next: AS_ARRAY }, bytes: ascii('PAR1') },
  { kind: { what: 'an Arrow file', next: AS_ARRAY }, bytes: ascii('ARROW1') },
  { kind: { what: 'an Arrow stream', next: AS_ARRAY }, bytes: [0xff, 0xff, 0xff, 0xff] },
  { kind: { what: 'an HDF5 file', next: AS_ARRAY }, bytes: [0x89, ...ascii('HDF\r\n'), 0x1a, 0x0a] },
  { kind: { what: 'a MATLAB file', next: AS_ARRAY }, bytes: ascii('MATLAB ') },
  { kind: { what: 'an SQLite database', next: AS_ARRAY }, bytes: ascii('SQLite format 3') },
  { kind: { what: 'a PNG image', next: IMAGES }, bytes: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { kind: { what: 'a JPEG image', next: IMAGES }, bytes: [0xff, 0xd8, 0xff] },
  { kind: { what: 'a GIF image', next: IMAGES }, bytes: ascii('GIF8') },
  { kind: { what: 'a PDF document', next: MEANT }, bytes: ascii('%PDF-') },
];

const EMPTY: FileKind = { what: 'empty', next: AGAIN };
const PICKLE: FileKind = {
  what: 'a Python pickle',
  next: `Pickles are programs, and are not opened. ${AS_ARRAY}`,
};
const TURNED_IDX: FileKind = {
  what: 'an IDX file with its bytes the other way round',
  next: "IDX is big-endian: write its head, and numbers of several bytes, so ('>u4' in NumPy).",
};
const POINTER: FileKind = {
  what: 'a pointer of Git LFS, and not the file itself',
  next: 'Get the file itself: git lfs pull.',
};
/** A web page. */
export const PAGE: FileKind = {
  what: 'an HTML page',
  next: 'A page to sign in, or one that tells an error, was saved in place of the file: open it in a browser, then get the file again.',
};
const XML: FileKind = {
  what: 'XML',
  next: "It may be a file server's error, saved in place of the file: look into it, then get the file again.",
};
const JSON_TEXT: FileKind = { what: 'JSON', next: MEANT, isText: true };
const TABLE: FileKind = { what: 'a table as text (CSV)', next: AS_ARRAY, isText: true };
const TEXT: FileKind = { what: 'plain text', next: MEANT, isText: true };

/**
 * The kind of a file, or `undefined` where it is none of these; arrays, which are what is wanted, are none but NPY.
 *
 * @param head the first {@link HEAD_BYTES} bytes of the file, or all of a shorter one
 */
export function kindOf(head: Uint8Array): FileKind | undefined {
  if (head.length === 0) return EMPTY;
  const signed = SIGNATURES.find(({ bytes, at }) => hasAt(head, bytes, at));
  if (signed !== undefined) return signed.kind;
  const [first = 0, second = 0] = head;
  // Protocol 2 and later, in which a pickle begins with its protocol (pickletools.py: PROTO).
  if (first === 0x80 && second >= 2 && second <= 5) return PICKLE;
  if (isTurnedIdx(head)) return TURNED_IDX;
  return textKind(head);
}

/** How bytes begin, in words, for messages: letters where they are letters. */
export function beginning(head: Uint8Array): string {
  if (head.length === 0) return '0 bytes';
  const text = textOf(head);
  if (text !== undefined) return `it begins with ${JSON.stringify([...text].slice(0, 24).join(''))}`;
  const hex = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0'));
  return `it begins with ${hex.join(' ')}`;
}

/** The magic number of IDX, 00 00 type rank, as a number of the other byte order. */
function isTurnedIdx([rank = 0, type = 0, zero, zeroToo]: Uint8Array): boolean {
  const isType = type === 8 || type === 9 || (type >= 11 && type <= 14);
  return zero === 0 && zeroToo === 0 && isType && rank >= 1 && rank <= 8;
}

function textKind(head: Uint8Array): FileKind | undefined {
  const text = textOf(head)?.trimStart();
  if (text === undefined) return undefined;
  if (/^<(!doctype html|html|head|body)\b/i.test(text)) return PAGE;
  if (/^<\?xml\b/i.test(text)) return /<(!doctype html|html)\b/i.test(text) ? PAGE : XML;
  if (text.startsWith('version https://git-lfs.github.com/spec/')) return POINTER;
  if (/^[[{]/.test(text)) return JSON_TEXT;
  return /^[^\n]*[,;\t][^\n]*\n[^\n]*[,;\t]/.test(text) ? TABLE : TEXT;
}

/** Bytes as text, or `undefined` where they are none: other control characters than those of lines, or no UTF-8 and no UTF-16. */
function textOf(head: Uint8Array): string | undefined {
  const isWide = hasAt(head, [0xff, 0xfe]) || hasAt(head, [0xfe, 0xff]);
  const decoder = new TextDecoder(isWide && head[0] === 0xfe ? 'utf-16be' : isWide ? 'utf-16le' : 'utf-8', {
    fatal: true,
  });
  try {
    // As a part of a stream: the last letter may be cut.
    const text = decoder.decode(head, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells text from other bytes.
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function hasAt(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

function ascii(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
