import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/ssh/**/*.test.ts'],
    globalSetup: ['test/ssh/programs.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
