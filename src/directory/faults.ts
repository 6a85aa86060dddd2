import type { DatasetError } from '../errors.js';

/** Something about a file of a data set, or several with commas between them, that is not as it should be. */
export interface FileFault {
  file: string;
  error: DatasetError;
}
