import { expect, test } from 'vitest';
import { agentPath, type Dashboard } from '../kit/dashboard.ts';

/** The ways from a page to Permit's own app. */
export function walkPermit(dashboard: () => Dashboard): void {
  test('a page leads to the same agent in Permit, in another tab, and in a demo nowhere', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show(agentPath, { from: '-24h' });
    const links = page.locator('.page-head').getByRole('link', { name: 'Permit' });
    expect(await links.count()).toBe(0);
    // As for decisions that are not simulated.
    await page.route('**/v1/me', async (route) => {
      const response = await route.fetch();
      const body = (await response.json()) as { data: object };
      const permit_app = 'https://permit.example/{environment}/{kind}s?key={key}';
      await route.fulfill({ response, json: { ...body, data: { ...body.data, demo: false, permit_app } } });
    });
    await page.reload();
    await links.waitFor();
    const named = ['href', 'target', 'rel'].map((name) => links.getAttribute(name));
    expect(await Promise.all(named)).toEqual([
      'https://permit.example/env-1/agents?key=agent%7C4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001',
      '_blank',
      'noreferrer',
    ]);
    await page.unroute('**/v1/me');
    await page.goto('about:blank');
  });
}
