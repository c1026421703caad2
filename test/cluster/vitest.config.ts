import { defineConfig } from 'vitest/config';

/** Real clusters on one small machine: one file after the other, each with all the time that it needs. */
export default defineConfig({
  test: {
    globalSetup: ['test/built.ts'],
    include: ['test/cluster/*.test.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    bail: 0,
  },
});
