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
 * stop at a slash, `**` goes down, a name with a dot in front is matched by a dot alone, and folders are left out. A link that
 * leads nowhere is a file that cannot be read, and not none.
 */
export async function filesMatching(pattern: string): Promise<string[]> {
  const found = await matching(pattern, false);
  return found.filter((path) => !path.endsWith('/')).sort(byCodePoints);
}

async function matching(pattern: string, dot: boolean): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const slashed = sep === '\\' ? pattern.replaceAll('\\', '/') : pattern;
  // What the library would take for more than a shell does without being asked: `(a|b)`, `!(a)`, a `!` in front.
  const escaped = slashed.replaceAll(/[()!+@|]/g, '\\$&');
  return glob([escaped], { dot, onlyFiles: false, expandDirectories: false, extglob: false });
}

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
