import { faultCode, typeName } from '../arrays/header.js';
import { DatasetError } from '../errors.js';
import { arrayFile, placeText } from './scan-archive.js';
import { type PartFiles, type PartScan, type ScannedPart, scanPart } from './scan-part.js';

/** A split as its owner names it: one part, or several, whose rows follow each other. */
export type SplitFiles = { name: string } & (PartFiles | { parts: readonly PartFiles[] });

/** What the files of a split hold. */
export interface ScannedSplit extends Pick<ScannedPart, 'dtype' | 'shape'> {
  name: string;
  /** Of all parts together. */
  rows: number;
  /** The least and the greatest label of all parts; none where they have no files of labels. */
  labels?: { least: number; greatest: number } | undefined;
  parts: readonly ScannedPart[];
}

/** Parts that are read at the same time. */
const PARTS_AT_ONCE = 3;

/** The parts of a split, in the order of their rows. */
export function partsOfFiles(files: SplitFiles): readonly PartFiles[] {
  if ('parts' in files) return files.parts;
  const { name: _, ...part } = files;
  return [part];
}

/**
 * Reads the files of a split, each part's as {@link scanPart} does.
 *
 * @throws {DatasetError} what {@link scanPart} throws, `IDX_TYPE`, `IDX_DIMENSIONS`, `NPY_TYPE`, `NPY_DIMENSIONS` where the parts
 *   have rows of different kinds, `ARCHIVE_REPEATED` where two have the same ones
 */
export async function scanSplit(files: SplitFiles, scan: PartScan = {}): Promise<ScannedSplit> {
  const parts = await scanAll(partsOfFiles(files), scan);
  const [first, ...others] = parts;
  if (first === undefined) throw new DatasetError('USAGE', `the split ${files.name} has no files`);
  for (const part of others) expectSameRows(part, first);
  expectDifferent(parts);
  const ranges = parts.flatMap(({ labelRange }) => labelRange ?? []);
  const labels = {
    least: Math.min(...ranges.map(({ least }) => least)),
    greatest: Math.max(...ranges.map(({ greatest }) => greatest)),
  };
  return {
    name: files.name,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    dtype: first.dtype,
    shape: first.shape,
    ...(ranges.length === 0 ? {} : { labels }),
    parts,
  };
}

/** Reads some parts at a time; of several failures, that of the first part in their order is told. */
async function scanAll(files: readonly PartFiles[], scan: PartScan): Promise<ScannedPart[]> {
  const scanned = new Map<number, ScannedPart>();
  const failures = new Map<number, unknown>();
  const left = [...files.entries()];
  const scanOn = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && failures.size === 0; next = left.shift()) {
      const [at, part] = next;
      await scanPart(part, scan).then(
        (result) => scanned.set(at, result),
        (error: unknown) => failures.set(at, error),
      );
    }
  };
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, scanOn));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return [...scanned].sort(([a], [b]) => a - b).map(([, part]) => part);
}

/**
 * Expects that two parts have rows of one kind.
 *
 * @param first the one that was read before
 * @throws {DatasetError} `IDX_TYPE`, `IDX_DIMENSIONS`, `NPY_TYPE`, `NPY_DIMENSIONS`
 */
export function expectSameRows(part: ScannedPart, first: ScannedPart): void {
  const differ = (fault: 'TYPE' | 'DIMENSIONS', what: string, textOf: (rows: ScannedPart) => string) =>
    new DatasetError(
      faultCode(part.format, fault),
      `${placeText(part.files.images)} has rows of another ${what} than ${placeText(first.files.images)}`,
      {
        expected: textOf(first),
        found: textOf(part),
        next: `All rows of a data set are of one ${what}: check the files.`,
      },
    );
  if (part.dtype !== first.dtype)
    throw differ('TYPE', 'type', ({ dtype, format }) => typeName(dtype, format));
  if (part.shape.join() !== first.shape.join())
    throw differ('DIMENSIONS', 'size', ({ shape }) => shape.join(' x ') || 'one number');
}

/** Refuses one file under two names: its rows would be there twice, mostly because a file was copied by mistake. */
function expectDifferent(parts: readonly ScannedPart[]): void {
  const places = new Map<string, string>();
  for (const { files, images } of parts) {
    const { member = '' } = arrayFile(files.images);
    const key = `${images.sha256} ${member}`;
    const other = places.get(key);
    const place = placeText(files.images);
    if (other !== undefined)
      throw new DatasetError('ARCHIVE_REPEATED', `${place} and ${other} are the same file`, {
        expected: 'other rows in each file of a split',
        found: `sha256 ${images.sha256} twice`,
        next: 'Leave one of them out, or put the right file in its place.',
      });
    places.set(key, place);
  }
}
