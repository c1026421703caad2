import { defineConfig } from 'vitest/config';

/** Faults on real clusters, one file after the other. */
export default defineConfig({
  test: {
    globalSetup: ['test/built.ts'],
    include: ['test/cluster/faults/*.test.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
