import { expect, test } from 'vitest';
import { testVariables } from '../../kit/test-variables.ts';
import { agentPath, type Dashboard } from '../kit/dashboard.ts';
import { takePicture } from '../kit/open-browser.ts';
import { spikePath } from './alerts.ts';

/** Every page once; the range is one in which all of them have something to show. */
const paths = [
  '/',
  '/investigate',
  '/decisions',
  '/decisions/5c0f1e2d-0000-4000-8000-000000000002',
  '/agents',
  '/humans',
  '/servers',
  agentPath,
  `/humans/${encodeURIComponent('human|alice')}`,
  '/servers/linear',
  '/coverage',
  '/report',
  '/alerts',
  spikePath,
  '/silences',
  '/rules',
];

const small = { width: 1280, height: 800 };
const large = { width: 2560, height: 1440 };

export function walkLooks(dashboard: () => Dashboard): void {
  test.each(paths)('%s is accessible and has room, in both themes and sizes', async (path) => {
    const own = dashboard();
    const { page } = own;
    const check = async (theme: string, what: 'everything' | 'contrasts') => {
      if (testVariables.hasPictures) await takePicture(page, `${path.split('/').slice(0, 3).join('-')}-${theme}`);
      await own.expectAccessible(what);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    };
    await own.show(path, { from: '-30d' });
    await check('light', 'everything');
    await page.setViewportSize(large);
    await page.emulateMedia({ colorScheme: 'dark' });
    await check('dark', 'contrasts');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(small);
  });
}
