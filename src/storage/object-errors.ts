import { DatasetError } from '../errors.js';
import type { WrittenFile } from '../fs/file-sink.js';

/** The error for an object that is not there, or ends too early. */
export function missingObject(name: string): DatasetError {
  return new DatasetError('OBJECT_MISSING', `${name} is not there, or ends too early`, {
    next: 'Run the command again: what is missing is made anew. Where it is of a finished data set, prepare that again.',
  });
}

/** The error for an object that is there with other bytes than are to be put. */
export function otherObject(name: string, expected: WrittenFile, found: string): DatasetError {
  return new DatasetError('OBJECT_DIFFERS', `${name} is there with other bytes`, {
    expected: `${expected.bytes} bytes, SHA-256 ${expected.sha256}`,
    found,
    next: 'Nothing was written over it. Choose another --out; if the same command made it before, please report this.',
  });
}

/** The error for an object whose bytes are not those that were stored, or that was changed while it was read. */
export function damagedObject(name: string, how: string): DatasetError {
  return new DatasetError('OBJECT_DIFFERS', `${name} ${how}`, {
    next: 'Remove the object and run the command again, and see whether anything else writes to that place.',
  });
}

/** The error for a file of this machine that is not what was written. */
export function changedFile(path: string, expected: WrittenFile, found: string): DatasetError {
  return new DatasetError('FILE_CHECKSUM', `${path} has changed since it was written`, {
    expected: `${expected.bytes} bytes, SHA-256 ${expected.sha256}`,
    found,
    next: 'Run the command again; if that happens again, test the disk and the memory of this machine.',
  });
}

/** The error for a storage that cannot keep what is there from being written over. */
export function unsafeStorage(url: string, reason: string, next: string): DatasetError {
  return new DatasetError(
    'STORAGE_UNSAFE',
    `${url} is not fit to be written to by many machines: ${reason}`,
    {
      expected: 'a storage that refuses to write over what is there',
      next,
    },
  );
}
