import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { packagedChromium } from './packaged-chromium.ts';

export interface FoundBrowser {
  readonly path: string;
  /** What its process needs beside the usual environment. */
  readonly variables: Readonly<Record<string, string>>;
}

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

async function starts(path: string, variables: Record<string, string> = {}): Promise<boolean> {
  const options = { env: { ...process.env, ...variables }, timeout: 20_000 };
  return promisify(execFile)(path, ['--version'], options).then(
    () => true,
    () => false,
  );
}

/**
 * A Chromium that starts here: the one that is named, or else the machine's, or the one that comes with the workspace; `null` for
 * none.
 */
export async function findBrowser(named: string | null): Promise<FoundBrowser | null> {
  for (const path of named === null ? usual : [named]) {
    if (existsSync(path) && (await starts(path))) return { path, variables: {} };
  }
  if (named !== null) return null;
  const packaged = await packagedChromium();
  if (packaged === null) return null;
  const { path, libraries } = packaged;
  if (await starts(path)) return { path, variables: {} };
  const variables = { LD_LIBRARY_PATH: libraries };
  return (await starts(path, variables)) ? { path, variables } : null;
}
