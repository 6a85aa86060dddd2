import { lstat, realpath, type Stats, stat } from 'node:fs';
import { sep } from 'node:path';
import { DatasetError } from '../errors.js';
import { byCodePoints } from '../fs/code-points.js';
import { formatThings } from '../fs/size.js';

/** Whether a word has what shells take for a pattern: `*`, `?`, `[...]`, `{a,b}`. */
export function isPattern(word: string): boolean {
  return /[*?[{]/.test(word);
}

/**
 * The files that a pattern matches, in the order of the code points of their paths. It is matched as shells do: `*` and `?`
 * stop at a slash, `**` goes down, a name with a dot in front is matched by a dot alone; folders are left out. A link that
 * leads nowhere is a file that cannot be read, and not none: whoever reads it tells.
 */
export async function filesMatching(pattern: string): Promise<string[]> {
  const found = await matching(pattern, false);
  return found.filter((path) => !path.endsWith('/')).sort(byCodePoints);
}

/** The paths that a pattern matches, written as in the pattern; folders with a slash at their end. */
async function matching(pattern: string, dot: boolean): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const slashed = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  const [folder = '', rest = ''] = /^((?:[^*?[{]*\/)?)(.*)$/s.exec(slashed)?.slice(1) ?? [];
  // What the library would take for more than a shell does without being asked: `(a|b)`, `!(a)`, a `!` in front.
  const escaped = rest.replaceAll(/[()!+@|]/g, '\\$&');
  const found = await glob([escaped], {
    cwd: folder || '.',
    dot,
    fs: WITH_LOST_LINKS,
    onlyFiles: false,
    expandDirectories: false,
    extglob: false,
  });
  return found.map((path) => folder + path);
}

/** The library leaves out links that lead nowhere: here the link itself stands for what is not there. */
const WITH_LOST_LINKS = {
  realpath: Object.assign((path: string, done: (error: null, resolved: string) => void): void => {
    realpath(path, (error, resolved) => done(null, error === null ? resolved : path));
  }, realpath),
  stat: Object.assign((path: string, done: (error: Error | null, found: Stats) => void): void => {
    stat(path, (error, found) => (error === null ? done(null, found) : lstat(path, done)));
  }, stat),
};

/** The error for a pattern that no file matches. */
export async function nothingFound(pattern: string): Promise<DatasetError> {
  const others = await matching(pattern, true);
  const folders = others.filter((path) => path.endsWith('/')).length;
  const hidden = others.length - folders;
  const found = [
    folders === 0 ? [] : formatThings(folders, 'folder'),
    hidden === 0 ? [] : `${formatThings(hidden, 'file')} with a dot in front`,
  ].flat();
  return new DatasetError('ARCHIVE_MISSING', `no file matches ${pattern}`, {
    expected: 'one file at least',
    found: found.length === 0 ? 'nothing' : found.join(', '),
    next: 'Check the pattern, and the folder that it is looked for in.',
  });
}
