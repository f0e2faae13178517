import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,services,infra}/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // Real engines start in hooks; nothing in an ordinary test may depend on how fast they do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    // One more than the cores of a small machine: the longest tests wait for brokers most of their time.
    maxWorkers: 3,
    // Measured where it is asked for: `pnpm coverage` holds the rules that name humans and explain denials to all of it.
    coverage: {
      provider: 'v8',
      include: ['packages/attribution/src/**', 'packages/decision/src/denial/**'],
      reporter: ['text'],
      thresholds: { 100: true },
    },
    reporters: ['default', './test/kit/closing-line-reporter.ts'],
  },
});
