import { DatasetError } from '../errors.js';
import { beginning, type FileKind, kindOf } from './file-kind.js';

/** What is read of files that hold arrays. */
const EXPECTED = 'an array, IDX or NPY, plain or packed: gzip, xz, or a zip of one file';

/**
 * The error for a file that is of another kind than those that are read.
 *
 * @param head the file's first bytes
 * @param where the file, for the message
 */
export function wrongKind(head: Uint8Array, where: string): DatasetError {
  return ofKind(kindOf(head), head, `${where} is`);
}

/**
 * The error for what an archive holds, where that is plainly of another kind than an array; `undefined` where the reader of
 * arrays is to judge.
 *
 * @param packing what the archive is: `gzip`
 */
export function wrongContent(head: Uint8Array, where: string, packing: string): DatasetError | undefined {
  const kind = kindOf(head);
  // An archive of nothing, or of text, is whole: what its head lacks, the reader tells more exactly.
  if (kind === undefined || kind.isText === true || head.length === 0) return undefined;
  return ofKind(kind, head, `${where} is ${packing}, and what it holds is`);
}

function ofKind(kind: FileKind | undefined, head: Uint8Array, subject: string): DatasetError {
  return new DatasetError('ARCHIVE_KIND', `${subject} ${kind?.what ?? 'of a kind that is not known here'}`, {
    expected: EXPECTED,
    found: beginning(head),
    next: kind?.next ?? 'Check that it is the file that you mean.',
  });
}
