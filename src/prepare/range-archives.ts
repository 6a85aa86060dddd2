import { arePlainLabels, isPlain } from '../archive/plain.js';
import { type RowFeatures, rowBytesOf } from '../dataset/feature.js';
import {
  type ArchiveDefinition,
  partsWithin,
  type RowSpan,
  type SplitDefinition,
  type WantedPart,
} from '../dataset/split-definition.js';

/** A split, and what its rows are. */
interface SplitOfRows {
  split: SplitDefinition;
  features: RowFeatures;
}

/** Archives of which rows are wanted. */
export interface RangeArchives {
  /** Those that are read whole, and their checksums with them. */
  whole: ArchiveDefinition[];
  /** Those of which parts are read, where they can be opened so: nobody who does so sees their checksums. */
  inRanges: ArchiveDefinition[];
}

/** The archives that hold rows of a range of a split, by how they are read. */
export function archivesOfRange(of: SplitOfRows, range: RowSpan): RangeArchives {
  const archives: RangeArchives = { whole: [], inRanges: [] };
  for (const part of partsWithin(of.split, range)) {
    const inRanges = inRangesOf(of, part);
    if (part.labels !== undefined) archives[inRanges.labels ? 'inRanges' : 'whole'].push(part.labels);
    archives[inRanges.images ? 'inRanges' : 'whole'].push(part.images);
  }
  return archives;
}

/** Which archives of a part are read in ranges: plain ones of which not all rows are wanted. */
export function inRangesOf(
  { split, features }: SplitOfRows,
  { rows, wanted, images, labels }: WantedPart,
): { images: boolean; labels: boolean } {
  if (wanted.end - wanted.start === rows) return { images: false, labels: false };
  return {
    images: isPlain(images, rows, rowBytesOf(features.input), split.firstRows),
    labels: labels !== undefined && arePlainLabels(labels, rows),
  };
}
