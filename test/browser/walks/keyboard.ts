import { expect, test } from 'vitest';
import { nowMs } from '../../../services/up/test/questions-world.ts';
import type { Dashboard } from '../kit/dashboard.ts';

const dayMs = 24 * 3_600_000;

export function walkKeyboard(dashboard: () => Dashboard): void {
  const rangeOf = (own: Dashboard) => {
    const query = new URL(own.page.url()).searchParams;
    return ['from', 'to'].map((name) => Date.parse(query.get(name) ?? ''));
  };
  const press = async (own: Dashboard, ...keys: string[]) => {
    for (const key of keys) await own.page.keyboard.press(key);
    await own.settle();
  };

  test('earlier, later and wider step by the range that a page begins with', async () => {
    const own = dashboard();
    await own.show('/alerts');
    await press(own, '[');
    expect(rangeOf(own)).toEqual([nowMs - 14 * dayMs, nowMs - 7 * dayMs]);
    await press(own, ']');
    expect(rangeOf(own)).toEqual([nowMs - 7 * dayMs, nowMs]);
    await press(own, '-');
    expect(rangeOf(own)).toEqual([nowMs - 14 * dayMs, nowMs]);
  });

  test('? lists what the keys do, and each place of the list is where its keys go', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/', { from: '-30d' });
    await press(own, '?');
    const help = page.getByRole('dialog', { name: 'Keyboard' });
    await help.waitFor();
    const places = (await help.locator('dl > div').allInnerTexts())
      .map((text) => /^g (\w)\s+(.+)$/s.exec(text.trim()))
      .flatMap((found) => (found === null ? [] : [[found[1] ?? '', found[2] ?? ''] as const]));
    expect(places.length).toBeGreaterThan(5);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
    for (const [key, title] of places) {
      await press(own, 'g', key);
      expect(await page.title()).toBe(`DEMO · ${title} · Custody`);
      expect(new URL(page.url()).searchParams.get('from')).toBe('-30d');
    }
  });

  test('the first stops of the keyboard are the way past the pages, then the pages, then the search', async () => {
    const own = dashboard();
    const { page } = own;
    await page.goto(own.address('/', { from: '-30d' }));
    await own.settle();
    const focused = () => page.evaluate("document.activeElement?.textContent || document.activeElement?.id || ''");
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Custody');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Overview');
    await page.locator('.side a').last().focus();
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('search');
    // What is typed there is text, whatever the keys do elsewhere.
    await page.keyboard.type('g?[');
    expect(await page.locator('#search').inputValue()).toBe('g?[');
    await page.keyboard.press('Escape');
    await page.locator('#search').fill('');
  });
}
