import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/built.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/ssh/**', 'test/cluster/**', 'node_modules/**'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'lcovonly'] },
  },
});
