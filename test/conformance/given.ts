import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestContext } from 'vitest';

/**
 * A path in the folder that `CONFORMANCE_DIR` names: `archives/` with real IDX archives, `expected/` with what TFDS writes
 * from them, `oracle/` with a script that has TFDS write it again, `reference/` with the PNG stage in C. Skips the test
 * where the variable is not set; a folder that is named and missing is a fault.
 */
export function given(context: TestContext, ...path: string[]): string {
  const { CONFORMANCE_DIR: folder } = process.env;
  if (folder === undefined || folder === '') return context.skip('CONFORMANCE_DIR is not set');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`CONFORMANCE_DIR names no folder: ${folder}`);
  return join(resolve(folder), ...path);
}
