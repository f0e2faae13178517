import { join } from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CustodyInstance } from '../kit/custody-instance.ts';
import type { CustodyProcess } from '../kit/custody-process.ts';
import { eventually } from '../kit/eventually.ts';
import { describeWithPart } from '../kit/optional-part.ts';
import { temporaryDirectory } from '../kit/temporary-directory.ts';
import { findBrowser, noBrowser } from './kit/find-browser.ts';
import { type OpenBrowser, type OpenPage, openBrowser, pictures } from './kit/open-browser.ts';

/** The dashboard in a real browser over the demo's own decisions, all of it one installation. */
const found = await findBrowser();

describeWithPart('browser', found === null ? noBrowser : null, 'the dashboard', () => {
  const directory = temporaryDirectory();
  let instance: CustodyInstance;
  let custody: CustodyProcess;
  let browser: OpenBrowser;
  /** Two hours that are sealed: nothing of them changes any more. */
  const range = { from: '', to: '' };

  beforeAll(async () => {
    if (found === null) return;
    instance = await CustodyInstance.prepare(directory.path, { CUSTODY_LOOKBACK_DAYS: '1', CUSTODY_SEAL_SECONDS: '2' });
    custody = instance.start();
    [browser] = await Promise.all([openBrowser(found), custody.untilUp()]);
    const hour = 3_600_000;
    const toMs = Math.floor(Date.now() / hour) * hour - 20 * hour;
    range.from = new Date(toMs - 2 * hour).toISOString();
    range.to = new Date(toMs).toISOString();
    // Sealed hours are read whole, and stay what they are.
    const sealed = `SELECT count() AS n FROM custody.seals WHERE is_current AND state = 'complete'
  AND hour >= toDateTime('${sqlTime(toMs - 2 * hour).slice(0, 19)}', 'UTC') AND hour < toDateTime('${sqlTime(toMs).slice(0, 19)}', 'UTC')`;
    await eventually(
      () => instance.rows<{ n: string }>(sealed).catch(() => []),
      ([row]) => Number(row?.n ?? 0) === 2,
      { everyMs: 500, timeoutMs: 100_000 },
    );
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    custody?.signal('SIGKILL');
    await custody?.exit();
    directory[Symbol.dispose]();
  });

  const sqlTime = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
  const inRange = () =>
    `occurred_at >= toDateTime64('${sqlTime(Date.parse(range.from))}', 3, 'UTC') AND occurred_at < toDateTime64('${sqlTime(Date.parse(range.to))}', 3, 'UTC')`;
  const address = (path: string, more: Record<string, string> = {}) =>
    `${instance.apiUrl}${path}?${new URLSearchParams({ ...range, ...more })}`;

  /** Counts of the store itself, not of the API. */
  async function counted(
    condition = '1',
  ): Promise<{ decisions: number; denials: number; agents: number; humans: number }> {
    const [row] = await instance.rows<
      Record<string, string>
    >(`SELECT count() AS decisions, countIf(decision = 'deny') AS denials,
  uniqExactIf(agent_key, agent_key != '') AS agents, uniqExactIf(human_key, human_key != '') AS humans
FROM custody.decisions WHERE ${inRange()} AND ${condition}`);
    const of = (name: string) => Number(row?.[name]);
    return { decisions: of('decisions'), denials: of('denials'), agents: of('agents'), humans: of('humans') };
  }

  const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`).textContent();
  const format = (count: number) => new Intl.NumberFormat('en-US').format(count);

  async function settle({ page }: OpenPage): Promise<void> {
    await page.locator('.page').waitFor();
    await eventually(
      () => page.locator('[aria-busy="true"], .skeleton').count(),
      (busy) => busy === 0,
      { everyMs: 50 },
    );
  }

  /** No violation of WCAG 2.2 A and AA, as far as a machine can tell. */
  async function expectAccessible({ page }: OpenPage): Promise<void> {
    await page.evaluate(axe.source);
    const tags = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }";
    const violations = await page.evaluate(
      `axe.run(document, ${tags}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary).join(' | ')))`,
    );
    expect(violations).toEqual([]);
  }

  test('the figures of the overview are what the store holds, DEMO is said, and nothing complains', async () => {
    const opened = await browser.open();
    const { page } = opened;
    await page.goto(address('/'));
    await settle(opened);
    const { decisions, denials, agents, humans } = await counted();
    expect(decisions).toBeGreaterThan(50);
    expect(await figure(page, 'Decisions')).toBe(format(decisions));
    expect(await figure(page, 'Denied')).toBe(format(denials));
    expect(await figure(page, 'Agents')).toBe(format(agents));
    expect(await figure(page, 'Humans')).toBe(format(humans));
    expect(await page.locator('.demo-mark').textContent()).toContain('DEMO');
    expect(opened.complaints).toEqual([]);
    await opened.context.close();
  });

  test('a press narrows everything, and the address is the view', async () => {
    const opened = await browser.open();
    const { page } = opened;
    await page.goto(address('/'));
    await settle(opened);
    const first = page.locator('section[aria-label="Most denied servers"] tbody tr').first();
    const server = (await first.locator('th').textContent()) ?? '';
    await first.hover();
    await first.locator('button').click();
    await settle(opened);
    const { decisions, denials } = await counted(`server = '${server}'`);
    expect(await figure(page, 'Decisions')).toBe(format(decisions));
    expect(await figure(page, 'Denied')).toBe(format(denials));
    // A colleague who is sent the address sees the same.
    const sent = await browser.open();
    await sent.page.goto(page.url());
    await settle(sent);
    expect(await figure(sent.page, 'Decisions')).toBe(format(decisions));
    await Promise.all([opened.context.close(), sent.context.close()]);
  });

  test('from the overview, why a call was denied is two presses away: chain, arithmetic, remedy, check and entry', async () => {
    const opened = await browser.open();
    const { page } = opened;
    await page.goto(address('/'));
    await settle(opened);
    await page.locator('[data-figure="Denied"] a').click();
    await page.locator('table.decisions tbody a').first().click();
    await page.locator('.chain').waitFor();
    const id = page.url().split('/').at(-1)?.split('?')[0];
    const [stored] = await instance.rows<{ tool: string; agent_name: string; entry: string }>(
      `SELECT tool, agent_name FROM custody.decisions WHERE decision_id = '${id}'`,
    );
    const text = (await page.locator('main').textContent()) ?? '';
    for (const part of ['Denied', stored?.tool ?? '?', stored?.agent_name ?? '?', 'min(consent', 'permit.check(']) {
      expect(text).toContain(part);
    }
    expect(await page.locator('.is-remedy .remedies li').count()).toBeGreaterThan(0);
    await expectAccessible(opened);
    expect(opened.complaints).toEqual([]);
    await page.screenshot({ path: join(pictures, 'decision.png') });
    await opened.context.close();
  });

  test('the search box finds a human by the beginning of an e-mail address', async () => {
    const opened = await browser.open();
    const { page } = opened;
    await page.goto(address('/'));
    const [human] = await instance.rows<{ human_email: string; human_key: string }>(
      `SELECT human_email, human_key FROM custody.decisions WHERE ${inRange()} AND human_email != '' LIMIT 1`,
    );
    await page.keyboard.press('/');
    await page.keyboard.type(human?.human_email ?? '?');
    await page.locator('.hit[aria-selected="true"] .icon').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/humans/${encodeURIComponent(human?.human_key ?? '')}**`);
    await settle(opened);
    expect(await page.locator('main').textContent()).toContain(human?.human_key);
    expect(opened.complaints).toEqual([]);
    await opened.context.close();
  });

  test.each([
    ['light', 1280, 800],
    ['dark', 2560, 1440],
  ] as const)(
    'every page is accessible and quiet, %s at %i × %i',
    async (colorScheme, width, height) => {
      const opened = await browser.open({ colorScheme, viewport: { width, height } });
      const { page } = opened;
      const [one] = await instance.rows<{ agent_key: string; human_key: string; server: string }>(
        `SELECT agent_key, human_key, server FROM custody.decisions WHERE ${inRange()} AND human_key != '' AND agent_key LIKE 'agent|%' LIMIT 1`,
      );
      const own = (kind: string, key = '') => `/${kind}/${encodeURIComponent(key)}`;
      const paths = [
        '/',
        '/investigate',
        '/decisions',
        '/agents',
        '/humans',
        '/servers',
        own('agents', one?.agent_key),
      ];
      for (const path of [...paths, own('humans', one?.human_key), own('servers', one?.server)]) {
        await page.goto(address(path));
        await settle(opened);
        await page.screenshot({
          path: join(pictures, `${path.split('/').slice(0, 2).join('') || 'overview'}-${colorScheme}.png`),
        });
        await expectAccessible(opened);
        expect([path, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([path, true]);
      }
      expect(opened.complaints).toEqual([]);
      await opened.context.close();
    },
    60_000,
  );

  test('what the first page loads is at most 100 kB, compressed', async () => {
    const opened = await browser.open();
    const loaded: string[] = [];
    opened.page.on('response', (response) => {
      if (new URL(response.url()).pathname.match(/^\/(assets\/.*|custody\.svg)?$/)) loaded.push(response.url());
    });
    await opened.page.goto(address('/'));
    await settle(opened);
    let bytes = 0;
    for (const url of loaded) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'gzip', accept: 'text/html' } });
      expect(response.headers.get('content-encoding')).toBe('gzip');
      bytes += Number(response.headers.get('content-length'));
      await response.body?.cancel();
    }
    expect(loaded.length).toBeGreaterThan(3);
    expect(bytes).toBeLessThan(100_000);
    await opened.context.close();
  });

  test('once there is a token, the page asks for it, keeps it for the tab, and asks again when it is revoked', async () => {
    const post = (body: object, token = '') =>
      fetch(`${instance.apiUrl}/v1/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      }).then(async (response) => ((await response.json()) as { data: { id: string; token: string } }).data);
    const admin = await post({ name: 'first', scope: 'admin' });
    const reader = await post({ name: 'analyst', scope: 'read' }, admin.token);
    const opened = await browser.open();
    const { page } = opened;
    await page.goto(address('/decisions'));
    await page.locator('#token').fill('not-a-token');
    await page.keyboard.press('Enter');
    await page.locator('#token-fault', { hasText: 'not valid' }).waitFor();
    await expectAccessible(opened);
    await page.locator('#token').fill(reader.token);
    await page.keyboard.press('Enter');
    await page.locator('table.decisions tbody tr').first().waitFor();
    // Files need a higher level, and are not offered.
    expect(await page.getByText('PARQUET').count()).toBe(0);
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
    await page.reload();
    await page.locator('table.decisions tbody tr').first().waitFor();
    await fetch(`${instance.apiUrl}/v1/tokens/${reader.id}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${admin.token}` },
    });
    await page.reload();
    await page.locator('#token').waitFor();
    expect(await page.locator('#token-fault').textContent()).toMatch(/revoked|not valid/);
    await opened.context.close();
  });
});
