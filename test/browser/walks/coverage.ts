import { expect, test } from 'vitest';
import { nowMs, sealedHourMs } from '../../../services/up/test/questions-world.ts';
import { type Dashboard, written } from '../kit/dashboard.ts';

const month = { from: '-30d' };
const hourMs = 3_600_000;
const dayName = (ms: number) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' })
    .format(ms)
    .replace(',', '');

export function walkCoverage(dashboard: () => Dashboard): void {
  test('every hour of the range is in the calendar, as the store has it sealed', async () => {
    const own = dashboard();
    await own.show('/coverage', month);
    const since = `fromUnixTimestamp(${Math.floor((nowMs - 30 * 24 * hourMs) / 1_000)})`;
    const [count] = await own.rows<{ hours: string; sealed: string }>(`SELECT count() AS hours,
  countIf((env_id, hour) IN (SELECT env_id, hour FROM custody.seals WHERE state = 'complete' AND is_current)) AS sealed
FROM (SELECT env_id, hour FROM custody_internal.windows_by_hour FINAL WHERE hour >= ${since})`);
    await own.page.locator('table.hours').waitFor();
    expect(Number(count?.sealed)).toBeGreaterThan(0);
    expect(await own.page.locator('table.hours button').count()).toBe(Number(count?.hours));
    expect(await own.page.locator('[data-hours="complete"]').textContent()).toBe(written(count?.sealed));
    const unsealed = Number(count?.hours) - Number(count?.sealed);
    expect(await own.page.locator('[data-hours="unsealed"]').textContent()).toBe(written(unsealed));
    expect(await own.page.locator('[data-proof="blind"]').textContent()).toBe('0 s blind');
  });

  test('arrow keys go from hour to hour, and an hour that is pressed shows its seal, by its address too', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/coverage', month);
    const cell = page.locator('table.hours button.is-complete');
    await cell.focus();
    expect(await page.locator('.hours-readout').textContent()).toContain('complete, 2 decisions');
    await page.keyboard.press('ArrowDown');
    const dayBefore = dayName(sealedHourMs - 24 * hourMs);
    expect(await page.locator('.hours-readout').textContent()).toMatch(new RegExp(`^${dayBefore} .*: interim`));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await own.settle();
    const [seal] = await own.rows<{ digest: string }>(`SELECT digest FROM custody.seals`);
    const detail = page.locator('.hour-detail');
    await detail.getByText(seal?.digest ?? '?').waitFor();
    expect(await detail.textContent()).toContain('Decisions stored2');
    expect(new URL(page.url()).searchParams.get('hour')).toContain(new Date(sealedHourMs).toISOString().slice(0, 13));
    await own.expectAccessible();
    const sent = await own.browser.open(nowMs);
    await sent.page.goto(page.url());
    await sent.page
      .locator('.hour-detail')
      .getByText(seal?.digest ?? '?')
      .waitFor();
    await sent.context.close();
    await own.press(detail.getByText('Decisions of this hour'));
    await page.waitForURL('**/decisions?**');
    await own.settle();
    const [stored] = await own.rows<{ n: string }>(`SELECT count() AS n FROM custody.decisions
WHERE toStartOfHour(occurred_at) = fromUnixTimestamp(${sealedHourMs / 1_000})`);
    expect(await page.locator('table.decisions tbody tr').count()).toBe(Number(stored?.n));
  });

  test('from month to month', async () => {
    const own = dashboard();
    await own.show('/coverage', month);
    const months = own.page.getByRole('group', { name: 'Month' });
    await own.press(months.getByRole('button', { name: 'October 2026' }));
    expect(new URL(own.page.url()).searchParams.get('from')).toBe('2026-10-01T00:00:00.000Z');
    await own.page.locator('table.hours tbody tr').nth(30).waitFor();
    expect(await own.page.locator('table.hours button').count()).toBe(31 * 24);
  });
}
