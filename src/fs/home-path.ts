import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A path with the user's home folder in place of a `~` that it begins with, as shells and TFDS (`os.path.expanduser`) have it:
 * `~`, or `~` before a slash. Shells leave it in `--out=~/data` and within quotes, and so do variables. `~name`, another
 * user's home, stays as it is.
 */
export function expandHome(path: string, home = homedir()): string {
  return /^~(?=$|[/\\])/.test(path) && (process.platform === 'win32' || path[1] !== '\\')
    ? join(home, path.slice(1))
    : path;
}
