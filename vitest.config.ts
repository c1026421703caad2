import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: ['test/built.ts'],
    // vitest leaves one core to itself, which of two is half; it has little to do.
    maxWorkers: '100%',
    // What takes long on a busy machine is not wrong; what hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ['test/**/*.test.ts'],
    exclude: ['test/ssh/**', 'test/cluster/**', 'node_modules/**'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text-summary', 'lcovonly'] },
  },
});
