import type { ArchiveEvent } from '../archive/locate-all.js';
import type { WaitEvent } from '../directory/publish/target-lock.js';
import type { FormatName } from '../formats/formats.js';

/** What a run tells of itself while it goes on; `--json` prints each as one line. Sizes are in bytes. */
export type PrepareEvent =
  | ArchiveEvent
  | WaitEvent
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
  /** Something that is to be known went wrong, and the data set is there all the same. */
  | { event: 'warning'; message: string };
