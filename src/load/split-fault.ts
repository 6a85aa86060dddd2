import { DatasetError } from '../errors.js';

/** A stretch of an expression: columns from 0, the second one behind it. */
export interface Place {
  expression: string;
  start: number;
  end: number;
}

/** A split as far as expressions over it need it. */
export interface SplitSize {
  name: string;
  rows: number;
  shardLengths: readonly number[];
}

/**
 * What is wrong with an expression, with the expression and a mark under the place where that is known.
 *
 * @param expected what could stand there
 */
export function splitFault(
  problem: string,
  place: Place | undefined,
  details: { expected?: string; found?: string; next?: string } = {},
): DatasetError {
  return new DatasetError('SPLIT_INVALID', place === undefined ? problem : `${problem}${pointer(place)}`, {
    found: place === undefined ? undefined : quoted(place),
    ...details,
  });
}

/** ` at column 7` and the expression with carets below. */
function pointer({ expression, start, end }: Place): string {
  // White space of any kind takes one column, and no line of its own.
  const line = expression.replace(/\s/gu, ' ');
  return `, at column ${start + 1}\n  ${line}\n  ${' '.repeat(start)}${'^'.repeat(Math.max(1, end - start))}`;
}

function quoted({ expression, start, end }: Place): string {
  return end > start ? JSON.stringify(expression.slice(start, end)) : 'nothing';
}

/** The splits that there are, for messages. */
export function splitsThere(splits: readonly SplitSize[]): string {
  return splits
    .map(({ name, rows, shardLengths }) => `${name} (${rows} examples, shards: ${shardLengths.length})`)
    .join(', ');
}
