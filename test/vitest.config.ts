import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters } from './report.js';

/** Files that put something else in the place of a module of Node.js: what they test must not be loaded yet. */
const WITH_OTHER_MODULES = [
  'archive/checksum.test.ts',
  'directory/publish/staging.test.ts',
  'formats/full-disk.test.ts',
  'fs/file-sink.test.ts',
  'rows/spill/faulty-disk.test.ts',
  'storage/folder-faults.test.ts',
];

const shared = {
  root: import.meta.dirname,
  unstubEnvs: true,
  // Runs of the whole tool and of npm are among the tests: what counts is that they end, not when.
  testTimeout: 600_000,
  hookTimeout: 600_000,
};

export default defineConfig({
  cacheDir: new URL('../node_modules/.vite', import.meta.url).pathname,
  test: {
    root: join(import.meta.dirname, '..'),
    globalSetup: './test/global-setup.ts',
    reporters: reporters(process.env),
    maxWorkers: '100%',
    // What is compiled to WebAssembly, or runs in a browser alone, is not loaded here.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['**/assembly/**', '**/*-wasm.ts', 'src/catalog/explorer/page/**', '**/*.d.ts'],
    },
    projects: [
      {
        test: {
          ...shared,
          name: 'tests',
          include: ['**/*.test.ts'],
          exclude: ['conformance/**', 'browser/**', 'readers/**', ...WITH_OTHER_MODULES],
          // Test files take turns in a process, which costs less than a process for each.
          isolate: false,
        },
      },
      { test: { ...shared, name: 'with other modules', include: WITH_OTHER_MODULES } },
    ],
  },
});
