import { stat } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import { absence, asDiskError } from '../errors.js';
import { expandHome } from '../fs/home-path.js';

/** What decides where a user's caches lie. */
export interface CacheSurroundings {
  /** `process.env` */
  env: {
    IDX_SHARDS_CACHE?: string | undefined;
    XDG_CACHE_HOME?: string | undefined;
    LOCALAPPDATA?: string | undefined;
  };
  /** `process.platform` */
  platform: NodeJS.Platform;
  /** `os.homedir()` */
  home: string;
}

/**
 * The folder of downloaded archives when nobody names one: `idx-shards/archives` where the platform keeps caches, which is
 * `LOCALAPPDATA` on Windows, `~/Library/Caches` on macOS and `XDG_CACHE_HOME`, else `~/.cache`, on the others (XDG Base
 * Directory Specification, which has a relative `XDG_CACHE_HOME` ignored). `IDX_SHARDS_CACHE` names the folder itself,
 * before all of these, and may begin with `~`, which shells leave in quotes. A variable that is set but empty counts as unset.
 */
export function defaultCacheDir({ env, platform, home }: CacheSurroundings): string {
  const own = env.IDX_SHARDS_CACHE;
  if (own !== undefined && own !== '') return expandHome(own, home);
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'idx-shards', 'archives');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'idx-shards', 'archives');
  const xdg = env.XDG_CACHE_HOME ?? '';
  return posix.join(posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'idx-shards', 'archives');
}

/**
 * Where an archive lies in the cache, `<cacheDir>/<sha256>/<file>`: by checksum, because MNIST and its family give four
 * archives each the same four names. Both parts are safe as names of files, which the definition's schema checks.
 */
export function cachedPath(cacheDir: string, archive: { file: string; sha256: string }): string {
  return join(cacheDir, archive.sha256, archive.file);
}

/**
 * Whether a file of this size lies at `path`. Its checksum is left to whoever reads it, which spares reading it twice.
 *
 * @throws {DatasetError} `DISK` when the file system does not tell
 */
export async function isCached(path: string, bytes: number): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size === bytes;
  } catch (error) {
    if (absence(error) !== undefined) return false;
    throw asDiskError(error, `looking for ${path} in the cache`);
  }
}
