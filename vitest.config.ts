import { defineConfig } from 'vitest/config';

// Two cores: forks keep PGlite's WASM heaps apart and give each file a clean process.
export default defineConfig({
  test: {
    globalSetup: ['test/postgres.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
