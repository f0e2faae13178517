import { type Browser, chromium } from 'playwright-core';
import type { FoundBrowser } from './find-browser.ts';

/** Nothing that a browser does of its own accord; as root there is no sandbox to be had. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser with a directory of its own, which goes with it when it is closed. Rejects where it does not start. */
export function launchBrowser({ path, variables }: FoundBrowser): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: flags, env: { ...process.env, ...variables } });
}
