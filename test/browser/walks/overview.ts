import { expect, test } from 'vitest';
import { nowMs } from '../../../services/up/test/questions-world.ts';
import { type Dashboard, written } from '../kit/dashboard.ts';

interface Counts {
  readonly decisions: string;
  readonly denials: string;
  readonly agents: string;
  readonly humans: string;
}

const month = { from: '-30d' };

export function walkOverview(dashboard: () => Dashboard): void {
  /** Counts of the store itself, not of the API. */
  async function counted(condition = '1'): Promise<Counts> {
    const [row] = await dashboard().rows<Counts>(`SELECT count() AS decisions, countIf(decision = 'deny') AS denials,
  uniqExactIf(agent_key, agent_key != '') AS agents, uniqExactIf(human_key, human_key != '') AS humans
FROM custody.decisions WHERE ${condition}`);
    if (row === undefined) throw new Error('a count is always a row');
    return row;
  }

  test('the figures of the overview are what the store holds, and DEMO is said', async () => {
    const own = dashboard();
    await own.show('/', month);
    const { decisions, denials, agents, humans } = await counted();
    expect(Number(decisions)).toBeGreaterThan(30);
    expect(await own.figure('Decisions')).toBe(written(decisions));
    expect(await own.figure('Denied')).toBe(written(denials));
    expect(await own.figure('Agents')).toBe(written(agents));
    expect(await own.figure('Humans')).toBe(written(humans));
    expect(await own.page.locator('.demo-mark').textContent()).toContain('DEMO');
  });

  test('a press narrows everything, and the address is the view', async () => {
    const own = dashboard();
    await own.show('/', month);
    const first = own.panel('Most denied servers').locator('tbody tr').first();
    const server = (await first.locator('th').textContent()) ?? '';
    await first.hover();
    await own.press(first.locator('button'));
    const { decisions, denials } = await counted(`server = '${server}'`);
    expect(await own.figure('Decisions')).toBe(written(decisions));
    expect(await own.figure('Denied')).toBe(written(denials));
    // A colleague who is sent the address sees the same.
    const sent = await own.browser.open(nowMs);
    await sent.page.goto(own.page.url());
    await own.settle(sent.page);
    expect(await own.figure('Decisions', sent.page)).toBe(written(decisions));
    await sent.context.close();
  });

  test('the search box finds a human by the beginning of an e-mail address', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/', month);
    await page.keyboard.press('/');
    await page.keyboard.type('alice@');
    await page.locator('.hit[aria-selected="true"] .icon').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/humans/${encodeURIComponent('human|alice')}**`);
    await own.settle();
    expect(await page.locator('main').textContent()).toContain('human|alice');
  });

  test('what the first page loads is at most 100 kB, compressed', async () => {
    const own = dashboard();
    const loaded: string[] = [];
    own.page.on('response', (response) => {
      if (new URL(response.url()).pathname.match(/^\/(assets\/.*|custody\.svg)?$/)) loaded.push(response.url());
    });
    await own.page.goto(own.address('/', month));
    await own.settle();
    let bytes = 0;
    for (const url of loaded) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'gzip', accept: 'text/html' } });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      bytes += Number(response.headers.get('content-length'));
      await response.body?.cancel();
    }
    expect(loaded.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(100_000);
  });
}
