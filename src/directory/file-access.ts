import { join } from 'node:path';
import { readText } from './json-file.js';

/** How the files of a data set are reached, wherever they lie. */
export interface FileAccess {
  /** Where they lie, as messages tell of it: a path, or `s3://...`. */
  readonly where: string;
  /** The folder of this machine that its shards are read from. Those that lie elsewhere are there once {@link ready} gave them. */
  readonly directory: string;

  /**
   * The text of a manifest, of the card or of class names.
   *
   * @throws {DatasetError} `FILE_MISSING` where it is no regular file, `DISK`
   */
  textOf(file: string): string;

  /**
   * Gives the path of each shard in turn, when it can be read. The next ones may be on their way meanwhile; who reads no further
   * ends that.
   *
   * @throws {DatasetError} of what lies elsewhere: `FILE_CHECKSUM`, `FILE_BYTES`, `FILE_EXTRA`, `OBJECT_MISSING`, `STORAGE`, `DISK`, `DISK_FULL`
   */
  ready(files: readonly string[]): AsyncGenerator<string>;
}

/** A folder of this machine. */
export class LocalAccess implements FileAccess {
  readonly where: string;
  readonly directory: string;

  constructor(directory: string) {
    this.where = directory;
    this.directory = directory;
  }

  textOf(file: string): string {
    return readText(join(this.directory, file));
  }

  async *ready(files: readonly string[]): AsyncGenerator<string> {
    for (const file of files) yield join(this.directory, file);
  }
}
