import { readFile } from 'node:fs/promises';
import { packageRoot } from '../fs/package-root.js';

/** The version that the package's own package.json tells. */
export async function packageVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('package.json', packageRoot), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return String(version);
}
