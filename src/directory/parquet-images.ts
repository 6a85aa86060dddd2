import { basename } from 'node:path';
import { decodeFault } from '../errors.js';
import { readFileMetadata } from '../formats/parquet/metadata-reader.js';
import { OpenFile } from '../fs/open-file.js';

/**
 * Whether the images in a Parquet shard are encoded: such an image is a struct, of which one leaf is its bytes. Otherwise they are
 * samples.
 *
 * @param path of the shard
 * @param image name of the feature
 * @throws {DatasetError} `PARQUET_INVALID`, `FILE_MISSING`, `DISK`
 */
export function holdsImages(path: string, image: string): boolean {
  const file = new OpenFile(path);
  try {
    return readFileMetadata(file).leaves.some(({ path }) => path.join('.') === `${image}.bytes`);
  } catch (error) {
    throw decodeFault(error, 'PARQUET_INVALID', basename(path));
  } finally {
    file.close();
  }
}
