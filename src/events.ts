import type { FormatName } from './shard/formats.js';

/** What a run tells of itself while it goes on; `--json` prints each as one line. Sizes are in bytes. */
export type PrepareEvent =
  /** An archive is being downloaded: `received` of `bytes` have come. */
  | { event: 'download'; file: string; received: number; bytes: number }
  /** An archive is at hand. */
  | { event: 'archive'; file: string; path: string; bytes: number }
  /** `rows` of a split's `total` rows are encoded. */
  | { event: 'encode'; split: string; rows: number; total: number }
  /** It is known into how many shards a split is cut: `files` are to be written. */
  | { event: 'shards'; split: string; files: number }
  /** A shard is written. */
  | {
      event: 'write';
      split: string;
      file: string;
      format: FormatName;
      rows: number;
      bytes: number;
      sha256: string;
    }
  /** What stands at the target will be replaced, as `--overwrite` asks: `found` says what it is. */
  | { event: 'replace'; directory: string; found: string }
  /** Another run prepares the same data set, and this one waits for its end: `for` says which process it is. */
  | { event: 'wait'; directory: string; for: string }
  /** Something that is to be known went wrong, and the data set is there all the same. */
  | { event: 'warning'; message: string };
