import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT } from '../fixtures/cli.js';
import { OPERATIONS } from './operations.js';
import { STATE, stateIn } from './state.js';

/** Every module-level variable of the sources that can keep something, with its file. */
function declared(): { file: string; name: string }[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true })
      .map((path) => `${folder}/${String(path).replaceAll('\\', '/')}`)
      // What the build makes of the assembly is one string.
      .filter((file) => /\.[cm]?ts$/.test(file) && !file.endsWith('-wasm.ts'))
      .flatMap((file) => stateIn(readFileSync(join(PROJECT, file), 'utf8')).map((name) => ({ file, name }))),
  );
}

describe('the table of what threads keep', () => {
  it('names every module-level variable', () => {
    const isKnown = ({ file, name }: { file: string; name: string }) =>
      STATE.some(({ place, names }) => {
        const isThere = place.endsWith('/') ? file.startsWith(place) : file === place;
        return isThere && (names === undefined || names.includes(name));
      });
    expect(declared().length).toBeGreaterThan(40);
    expect(declared().filter((found) => !isKnown(found))).toEqual([]);
  });

  it('names operations that there are, or says why there is none', () => {
    const names = OPERATIONS.map(({ name }) => name);
    for (const { place, tried, because } of STATE) {
      expect(tried.length > 0 || because !== undefined, place).toBe(true);
      for (const name of tried) expect(names, place).toContain(name);
    }
  });
});
