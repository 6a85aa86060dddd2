import { defineConfig } from 'vitest/config';
import { reporters } from './report.js';

/** The checks that need more than `npm ci`: the real archives, other people's readers, and a browser. */
export default defineConfig({
  cacheDir: new URL('../node_modules/.vite', import.meta.url).pathname,
  test: {
    root: import.meta.dirname,
    globalSetup: './global-setup.ts',
    include: ['conformance/**/*.test.ts', 'browser/**/*.test.ts'],
    reporters: reporters(process.env),
    testTimeout: 900_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
