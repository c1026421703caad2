import { defineConfig } from 'vitest/config';

/**
 * Real clusters on one small machine: three files at a time, each with a cluster and all the time that it needs. Most of
 * that is waiting: beside another cluster an upgrade took a tenth longer (lab, two cores).
 */
export default defineConfig({
  test: {
    globalSetup: ['test/built.ts'],
    include: ['test/cluster/*.test.ts'],
    maxWorkers: 3,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    bail: 0,
  },
});
