import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { beginning, kindOf } from '../../src/archive/file-kind.js';
import { SMALL_IDX, SMALL_XZ } from '../fixtures/xz.js';
import { zipOf } from '../fixtures/zip.js';

/** A tar's head: a name, zeros, and its magic at 257. */
const TAR = Buffer.concat([
  Buffer.from('images'.padEnd(257, '\0')),
  Buffer.from('ustar\x0000'),
  Buffer.alloc(248),
]);

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

const KINDS: readonly [what: string | undefined, ...heads: (string | Uint8Array)[]][] = [
  [undefined, SMALL_IDX, latin1('\0\0'), latin1('\x8b\x02\x80hello'), latin1('\x80\x06'), latin1('abc\x01')],
  ['empty', ''],
  ['an NPY file', latin1('\x93NUMPY\x01\0')],
  ['gzip', gzipSync('x')],
  ['xz', SMALL_XZ.crc64],
  ['a zip archive', zipOf([{ name: 'a', content: Buffer.of(1) }])],
  ['an empty zip archive', zipOf([])],
  ['bzip2', latin1('BZh91AY&SY')],
  ['zstd', latin1('\x28\xb5\x2f\xfd\x04\0')],
  ['LZ4', latin1('\x04\x22\x4d\x18')],
  ['LZMA', latin1('\x5d\0\0\x80\0\xff\xff')],
  ['a file of compress', latin1('\x1f\x9d\x90')],
  ['a tar archive', TAR],
  ['a 7z archive', latin1('7z\xbc\xaf\x27\x1c\0\x04')],
  ['a RAR archive', latin1('Rar!\x1a\x07\0'), latin1('Rar!\x1a\x07\x01\0')],
  ['a Parquet file', latin1('PAR1\x15\x04')],
  ['an Arrow file', latin1('ARROW1\0\0')],
  ['an Arrow stream', latin1('\xff\xff\xff\xff\x10\0\0\0')],
  ['an HDF5 file', latin1('\x89HDF\r\n\x1a\n')],
  ['a MATLAB file', 'MATLAB 5.0 MAT-file, Platform: GLNXA64', 'MATLAB 7.3 MAT-file, Platform'],
  ['an SQLite database', latin1('SQLite format 3\0')],
  ['a Python pickle', latin1('\x80\x02}q\0'), latin1('\x80\x04\x95\x12\0\0'), latin1('\x80\x05\x95')],
  ['a PNG image', latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR')],
  ['a JPEG image', latin1('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['a GIF image', latin1('GIF89a\x10\0')],
  ['a PDF document', '%PDF-1.7\n'],
  [
    'an IDX file with its bytes the other way round',
    latin1('\x03\x08\0\0\x14\0\0\0\x08\0\0\0\x08\0\0\0'),
    latin1('\x01\x0c\0\0'),
  ],
  [
    'a pointer of Git LFS, and not the file itself',
    'version https://git-lfs.github.com/spec/v1\noid sha256:00\n',
  ],
  [
    'an HTML page',
    '<!DOCTYPE html><html><head>',
    '\ufeff\n <html lang="en">',
    '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
  ],
  ['XML', '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code></Error>'],
  ['JSON', '{"a": [1, 2]}', ' [1, 2, 3]\n'],
  [
    'a table as text (CSV)',
    'label,pixel0\n7,0\n',
    '5\t0\t0\n4\t0\t0\n',
    Buffer.from('\ufefflabel,a\n1,2\n', 'utf16le'),
  ],
  ['plain text', '# A title\n\nA grüße of text', '0 48\n1 49\n', 'see <html>', 'P5\n28 28\n255\n'],
];

describe('kindOf', () => {
  it.each(KINDS.flatMap(([what, ...heads]) => heads.map((head) => [what, head] as const)))(
    'knows what %j is',
    (what, head) => {
      expect(kindOf(Buffer.from(head))?.what).toBe(what);
    },
  );

  it('says of each what to do', () => {
    for (const [what, head = ''] of KINDS)
      if (what !== undefined) expect(kindOf(Buffer.from(head))?.next).toMatch(/^[A-Z].*\.$/);
    expect(kindOf(Buffer.from('version https://git-lfs.github.com/spec/v1'))?.next).toMatch(/git lfs pull/);
    expect(kindOf(latin1('BZh91AY&SY'))?.next).toMatch(/bunzip2/);
  });

  it('takes text that is cut within a letter for text', () => {
    expect(kindOf(Buffer.from('grüß').subarray(0, -1))?.what).toBe('plain text');
  });
});

describe('beginning', () => {
  it('shows letters, or bytes', () => {
    expect(beginning(Buffer.from('<!doctype html>\n'))).toBe('it begins with "<!doctype html>\\n"');
    expect(beginning(latin1('\x1f\x8b\x08'))).toBe('it begins with 1f 8b 08');
    expect(beginning(Buffer.alloc(0))).toBe('0 bytes');
  });
});
