import type { Shape } from '../../reduce.js';
import type { ExplorerData } from '../data.js';

/** Images in a sheet, and how many of them side by side. */
export const SHEET_IMAGES = 128;
export const SHEET_COLUMNS = 16;

/** What the worker needs to know before anything is asked of it. */
export interface Opening {
  splits: ExplorerData['splits'];
  image: string;
  label: string | null;
  /** Of the images, and of the small ones in sheets. */
  shape: Shape;
  small: Shape;
}

/** What is asked of the worker. */
export type Question =
  | { kind: 'open'; opening: Opening }
  /** The labels of all rows, as an `Int32Array`. */
  | { kind: 'labels' }
  /** These rows' images, small, side by side. */
  | { kind: 'sheet'; rows: Uint32Array }
  | { kind: 'example'; row: number };

/** An example as it stands in the shard. */
export interface WholeExample {
  encoded: Uint8Array<ArrayBuffer>;
  path: string;
  file: string;
  rowInFile: number;
  bitmap: ImageBitmap;
}

/** The answers, by the kind of the question. */
export interface Answers {
  open: { wholeFiles: boolean };
  labels: Int32Array<ArrayBuffer>;
  sheet: ImageBitmap;
  example: WholeExample;
}

export interface NumberedQuestion {
  id: number;
  question: Question;
}

export type NumberedAnswer = { id: number } & (
  | { answer: Answers[keyof Answers]; error?: undefined }
  | { error: string }
);

/** What is wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
