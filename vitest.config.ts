import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services,infra}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // Real engines start in hooks; nothing in an ordinary test may depend on how fast they do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    maxWorkers: 2,
    reporters: ['default', './test/kit/closing-line-reporter.ts'],
  },
});
