import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';
import { settledPage } from './settled-page.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'images');

interface Picture {
  readonly name: string;
  /** The page, which may have to be looked up. */
  readonly path: () => string | Promise<string>;
  readonly theme: 'light' | 'dark';
  /** Of the window; what is below it is not seen. */
  readonly height: number;
  /** Pressed before the picture is taken. */
  readonly press?: string;
}

interface Listed {
  readonly data: readonly Readonly<Record<string, unknown>>[];
}

/** A field of the first row of an answer that the choice takes. */
async function found(
  url: string,
  path: string,
  field: string,
  isChosen: (row: Listed['data'][number]) => boolean = () => true,
): Promise<string> {
  const response = await fetch(new URL(path, url));
  if (!response.ok) throw new Error(`${path} was answered ${response.status}; is the demo running at ${url}?`);
  const { data } = (await response.json()) as Listed;
  const row = data.find(isChosen);
  if (row === undefined) throw new Error(`${path} has nothing to picture; is the demo's history read?`);
  return encodeURIComponent(String(row[field]));
}

/** A denial that levels alone explain. */
const isTooLow = (row: Listed['data'][number]) => row.trust_level === 'medium' && row.required_level === 'high';

/** More denials than there usually are. */
const isSpike = ({ detector }: Listed['data'][number]) => detector === 'spike';

/** What the README shows. */
function picturesOf(url: string): Picture[] {
  const denied = '/v1/decisions?from=-24h&decision=deny&attribution=exact&reason_code=no_permission&limit=500';
  const spikes = '/v1/alerts?from=-7d&limit=100';
  return [
    { name: 'overview-light', path: () => '/', theme: 'light', height: 1_000 },
    { name: 'overview-dark', path: () => '/', theme: 'dark', height: 1_000 },
    {
      name: 'decision',
      path: async () => `/decisions/${await found(url, denied, 'decision_id', isTooLow)}`,
      theme: 'light',
      height: 900,
    },
    {
      name: 'alert',
      path: async () => `/alerts/${await found(url, spikes, 'id', isSpike)}`,
      theme: 'light',
      height: 900,
    },
    { name: 'coverage', path: () => '/coverage', theme: 'light', height: 740, press: 'button.hour.is-complete' },
  ];
}

async function take(browser: Browser, url: string, { name, path, theme, height, press }: Picture): Promise<void> {
  const viewport = { width: 1_440, height };
  const context = await browser.newContext({
    viewport,
    colorScheme: theme,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(new URL(await path(), url).href);
  await page.waitForSelector(settledPage, { state: 'attached' });
  if (press !== undefined) await page.locator(press).first().click();
  // Names come after what they name, and charts are drawn with the next frames.
  await page.waitForLoadState('load');
  await page.waitForTimeout(1_500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

/** Takes the README's pictures anew, of the demo that runs at the address; named ones only, where some are named. */
async function takePictures(url: string, names: readonly string[]): Promise<void> {
  const browserFound = await findBrowser(null);
  if (browserFound === null) throw new Error('No Chromium starts here: install one (apt-get install chromium).');
  await using browser = await launchBrowser(browserFound);
  const wanted = picturesOf(url).filter(({ name }) => names.length === 0 || names.includes(name));
  for (const picture of wanted) {
    await take(browser, url, picture);
    process.stdout.write(`docs/images/${picture.name}.png\n`);
  }
}

const [url = 'http://127.0.0.1:4800', ...names] = process.argv.slice(2);
await takePictures(url, names);
