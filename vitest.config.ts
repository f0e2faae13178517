import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import LongestFirstSequencer from './test/kit/longest-first-sequencer.ts';
import { mockingFiles } from './test/kit/mocking-files.ts';

const include = ['{packages,services,infra}/*/test/**/*.test.ts', 'test/**/*.test.ts'];
const mocking = mockingFiles(import.meta.dirname, include);

// Workers, and the processes that tests start, take what an earlier one has compiled: half of the time to start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules', '.cache', 'custody-code');

export default defineConfig({
  test: {
    // Real engines start in hooks; nothing in an ordinary test may depend on how fast they do.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: 0,
    globalSetup: './test/kit/run-directory.ts',
    // Twice the cores of a small machine: the longest tests wait for brokers, browsers and processes most of their time.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirstSequencer },
    // A worker keeps what it has loaded, a quarter of the work of most files, but for files that replace modules.
    projects: [
      { extends: true, test: { name: 'shared', include, exclude: ['**/node_modules/**', ...mocking], isolate: false } },
      { extends: true, test: { name: 'mocking', include: mocking } },
    ],
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
