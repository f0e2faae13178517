import { errorKinds } from '@custody/runtime';

export const benchErrors = errorKinds({
  BENCH_REFUSED: {
    retriable: false,
    meaning: 'There is no such benchmark, or one of its options is no number that it can take.',
    remedy: 'Change what the message names; `custody bench` lists the benchmarks.',
  },
  BENCH_FAILED: {
    retriable: true,
    meaning: 'A benchmark stopped because what it measured did not do its work.',
    remedy: 'Run it again; if it fails again, run the tests, which say more.',
  },
  BENCH_NO_BROWSER: {
    retriable: false,
    meaning: 'A benchmark drives a browser, and no Chromium starts here.',
    remedy: 'Install one (`apt-get install chromium`), or name one with `--browser /path/to/chromium`.',
  },
});
