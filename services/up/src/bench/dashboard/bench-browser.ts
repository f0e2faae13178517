import { CustodyError } from '@custody/runtime';
import type { Browser } from 'playwright-core';
import { benchErrors } from '../errors.ts';

/** What finds a browser is no part of an installation that runs Custody: it comes with the workspace. */
async function tools() {
  return import('@custody/browser').catch((cause: unknown) => {
    const detail = 'The packages that drive a browser are not installed here; they come with the whole workspace.';
    throw new CustodyError(benchErrors.BENCH_NO_BROWSER, detail, { cause });
  });
}

/** A Chromium without a window: the named one, or one that is found. Throws `BENCH_NO_BROWSER` where none starts. */
export async function startBenchBrowser(named: string | null): Promise<Browser & AsyncDisposable> {
  const { findBrowser, launchBrowser } = await tools();
  const found = await findBrowser(named);
  if (found === null) {
    const detail = named === null ? 'No Chromium was found that starts.' : `${named} is no Chromium that starts.`;
    throw new CustodyError(benchErrors.BENCH_NO_BROWSER, detail);
  }
  return launchBrowser(found);
}
