import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundBrowser, launchBrowser } from '@custody/browser';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

const pictures = join(import.meta.dirname, '..', 'screenshots');

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained of so far: errors of scripts, of the policy, and failed requests. */
  readonly complaints: string[];
}

export interface OpenBrowser {
  /** A page with nothing remembered, in the zone UTC; `nowMs`: the time that it has. */
  open(nowMs: number, options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** Leaves a picture of the page for people to look at. */
export async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** Starts a browser with a directory of its own, which goes with it. */
export async function openBrowser(found: FoundBrowser): Promise<OpenBrowser> {
  const browser = await launchBrowser(found);
  return {
    open: async (nowMs, options = {}) => {
      const viewport = { width: 1280, height: 800 };
      const context = await browser.newContext({
        ...{ viewport, colorScheme: 'light', timezoneId: 'UTC', reducedMotion: 'reduce' },
        ...options,
      });
      context.setDefaultTimeout(30_000);
      const page = await context.newPage();
      await page.clock.setFixedTime(nowMs);
      return { page, context, complaints: listen(page) };
    },
    close: () => browser.close(),
  };
}
