// npm runs a script in the folder of its package, wherever it was called (`npm --prefix DIR run prepare`, or from a folder within
// the package): paths on the command line are those of the caller's folder, which npm tells in INIT_CWD.
import { fileURLToPath } from 'node:url';

/** Goes to the folder where npm was called, where npm runs a script of this package. */
export function goToCaller({ npm_package_json, INIT_CWD } = process.env) {
  const own = fileURLToPath(new URL('../package.json', import.meta.url));
  if (npm_package_json === own && INIT_CWD !== undefined && INIT_CWD !== process.cwd())
    process.chdir(INIT_CWD);
}
