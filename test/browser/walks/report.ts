import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Dashboard, written } from '../kit/dashboard.ts';

const month = { from: '-30d' };
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replaceAll('_', ' ');

/** The first bytes of a zip. */
const zipMark = 'PK\u0003\u0004';

export function walkReport(dashboard: () => Dashboard): void {
  async function counted(by: string, condition: string): Promise<[string, string][]> {
    const rows = await dashboard().rows<{ name: string; n: string }>(`SELECT toString(${by}) AS name, count() AS n
FROM custody.decisions WHERE ${condition} GROUP BY name ORDER BY n DESC, name`);
    return rows.map(({ name, n }) => [name, n]);
  }

  test('the preview counts what the store holds: totals, reasons and certainty', async () => {
    const own = dashboard();
    await own.show('/report', month);
    const [[, denied = '0'] = []] = await counted(`decision`, `decision = 'deny'`);
    const all = (await counted('decision', '1')).reduce((sum, [, n]) => sum + Number(n), 0);
    expect(Number(denied)).toBeGreaterThan(5);
    expect(await own.figure('Decisions')).toBe(written(all));
    expect(await own.figure('Denied')).toBe(written(denied));
    const firstTwo = async (title: string) => (await own.cells(title)).map(([name = '', count = '']) => [name, count]);
    const reasons = (await counted('reason_code', `decision = 'deny'`)).map(([name, n]) => [capital(name), written(n)]);
    expect((await firstTwo('Denials by reason')).toSorted()).toEqual(reasons.toSorted());
    const certainties = (await counted('attribution', '1')).map(([, n]) => written(n));
    const shown = (await firstTwo('How sure the human is')).map(([, count]) => count);
    expect(shown.toSorted()).toEqual(certainties.toSorted());
  });

  test('one human’s report: the address, the figures, the command and the file', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/report', month);
    await page.locator('input[name="human"]').fill('alice@acme.example');
    await page.keyboard.press('Enter');
    await page.locator('[data-figure="May be theirs"]').waitFor();
    await own.settle();
    const [row] = await own.rows<{ sure: string; possible: string }>(`SELECT countIf(human_key = 'human|alice') AS sure,
  countIf(has(human_candidates, 'human|alice') AND human_key = '') AS possible FROM custody.decisions`);
    expect(await own.figure('Decisions')).toBe(written(row?.sure));
    expect(await own.figure('May be theirs')).toBe(written(row?.possible));
    expect(new URL(page.url()).searchParams.get('human')).toBe('alice@acme.example');
    expect(await page.locator('.command code').textContent()).toContain('--human=alice@acme.example');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('Download the zip').click()]);
    expect(download.suggestedFilename()).toMatch(/^custody-DEMO-report-.*\.zip$/);
    const bytes = readFileSync(await download.path());
    expect(bytes.toString('latin1', 0, 4)).toBe(zipMark);
    // The directory at its end names the files: it is whole.
    expect(bytes.toString('latin1')).toContain('manifest.json');
  });
}
