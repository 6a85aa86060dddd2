import { absence, asDiskError, DatasetError } from '../errors.js';

/** Something about a file of a data set, or several with commas between them, that is not as it should be. */
export interface FileFault {
  file: string;
  error: DatasetError;
}

/** What reading a directory threw: `NO_DATASET` where it is not there, `DISK` else. */
export function directoryFault(thrown: unknown, directory: string): DatasetError {
  if (absence(thrown) === undefined) return asDiskError(thrown, `reading ${directory}`);
  return new DatasetError('NO_DATASET', `there is no directory ${directory}`, {
    expected: "a data set's directory, or a folder that holds some",
    found: 'nothing, or a file',
    next: 'Check the path, or prepare the data set first.',
    cause: thrown,
  });
}
