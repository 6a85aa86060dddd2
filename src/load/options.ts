import { DatasetError } from '../errors.js';

/**
 * Sees that a function has been given no option that it does not know: the compiler says so of TypeScript alone.
 *
 * @param known the names that it knows
 * @throws {DatasetError} `USAGE`
 */
export function expectOptions(where: string, options: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name));
  if (unknown.length === 0) return;
  throw new DatasetError('USAGE', `${where} has no option ${unknown.join(', ')}`, {
    expected: Object.keys(known).join(', '),
    found: unknown.join(', '),
  });
}

/** How a batch is made of what is left at the end. */
export interface BatchOptions {
  /** Leave out the last examples where they do not fill a batch. */
  dropRemainder?: boolean | undefined;
}
