import { expect, test } from 'vitest';
import type { Dashboard } from '../kit/dashboard.ts';

interface Made {
  readonly id: string;
  readonly token: string;
}

export function walkAccess(dashboard: () => Dashboard): void {
  const tokens = (path: string, method: string, token: string, body?: object) =>
    fetch(`${dashboard().service.url}/v1/tokens${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const make = async (name: string, scope: string, token = '') =>
    ((await (await tokens('', 'POST', token, { name, scope })).json()) as { data: Made }).data;

  test('once there is a token, the page asks for it, keeps it for the tab, and asks again when it is revoked', async () => {
    const own = dashboard();
    const { page } = own;
    const admin = await make('first', 'admin');
    const reader = await make('analyst', 'read', admin.token);
    await page.goto(own.address('/decisions'));
    await page.locator('#token').fill('not-a-token');
    await page.keyboard.press('Enter');
    await page.locator('#token-fault', { hasText: 'not valid' }).waitFor();
    await own.expectAccessible();
    await page.locator('#token').fill(reader.token);
    await page.keyboard.press('Enter');
    await page.locator('table.decisions tbody tr').first().waitFor();
    // Files need a higher level, and are not offered.
    expect(await page.getByText('PARQUET').count()).toBe(0);
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
    await page.reload();
    await page.locator('table.decisions tbody tr').first().waitFor();
    await tokens(`/${reader.id}`, 'DELETE', admin.token);
    await page.reload();
    await page.locator('#token').waitFor();
    expect(await page.locator('#token-fault').textContent()).toMatch(/revoked|not valid/);
    // A refusal is a failed request, of which the browser complains.
    expect(own.complaints.splice(0).filter((text) => !text.includes('401'))).toEqual([]);
  });
}
