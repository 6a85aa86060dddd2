import { defineConfig } from 'vitest/config';
import { reporters } from './report.js';

export default defineConfig({
  cacheDir: new URL('../node_modules/.vite', import.meta.url).pathname,
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    exclude: ['conformance/**', 'browser/**', 'readers/**'],
    reporters: reporters(process.env),
    maxWorkers: '100%',
    // Runs of the whole tool and of npm are among the tests: what counts is that they end, not when.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
