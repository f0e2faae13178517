import { readFileSync } from 'node:fs';
import { DecisionBlock, type DecisionRow, writeDecisions } from '@custody/store';
import { expect, test } from 'vitest';
import { nowMs, rows } from '../../../services/up/test/questions-world.ts';
import { testVariables } from '../../kit/test-variables.ts';
import { agentPath, type Dashboard, written } from '../kit/dashboard.ts';
import { takePicture } from '../kit/open-browser.ts';

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

  test('a stretch that the mouse marks in a chart becomes the range of everything', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/', month);
    const place = page.locator('.plot .u-over').first();
    await place.scrollIntoViewIfNeeded();
    const plot = await place.boundingBox();
    if (plot === null) throw new Error('there is a chart');
    const at = (share: number) => [plot.x + plot.width * share, plot.y + plot.height / 2] as const;
    await page.mouse.move(...at(0.7));
    await page.mouse.down();
    await page.mouse.move(...at(0.8), { steps: 4 });
    await page.mouse.move(...at(0.9));
    await page.mouse.up();
    await page.waitForURL(/[?&]to=/);
    await own.settle();
    const query = new URL(page.url()).searchParams;
    const [from = '', to = ''] = ['from', 'to'].map((name) => query.get(name) ?? '');
    // Whole days, which the chart's buckets were.
    expect([from, to].map((text) => text.slice(10))).toEqual(['T00:00:00.000Z', 'T00:00:00.000Z']);
    const moment = (text: string) => `toDateTime64('${text.slice(0, 19).replace('T', ' ')}', 3, 'UTC')`;
    const { decisions, denials } = await counted(`occurred_at >= ${moment(from)} AND occurred_at < ${moment(to)}`);
    expect(Number(decisions)).toBeGreaterThan(3);
    expect(await own.figure('Decisions')).toBe(written(decisions));
    expect(await own.figure('Denied')).toBe(written(denials));
    const listed = await own.cells('Most denied agents');
    expect(listed.reduce((sum, cells) => sum + Number(cells[2]), 0)).toBe(Number(denials));
  });

  test('what is not proven yet is hatched, and said', async () => {
    const own = dashboard();
    const ofCharts = '**/v1/trends?*compare=previous*';
    await own.page.route(ofCharts, async (route) => {
      const response = await route.fetch();
      const { data, meta } = await response.json();
      await route.fulfill({ response, json: { data, meta: { ...meta, proven_until: '2026-11-03T11:30:00.000Z' } } });
    });
    await own.show('/', { from: '-6h' });
    await own.panel('Decisions and denials').getByText('Hatched, from 11:30: not proven yet').waitFor();
    if (testVariables.hasPictures) await takePicture(own.page, 'hatched');
    await own.page.unroute(ofCharts);
  });

  test('who was denied most is told by name', async () => {
    const own = dashboard();
    await own.show('/', month);
    const names = await own.rows<{ name: string }>(`SELECT human_name AS name FROM custody.decisions
WHERE decision = 'deny' AND human_key != '' GROUP BY name ORDER BY count() DESC`);
    for (const { name } of names) await own.panel('Most denied humans').getByText(name, { exact: true }).waitFor();
    await own.panel('Most denied agents').getByText('Windsurf').waitFor();
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

  test('a file has every decision of the view', async () => {
    const own = dashboard();
    await own.show('/decisions', { ...month, decision: 'deny' });
    const downloading = own.page.waitForEvent('download');
    await own.page.getByText('NDJSON').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.ndjson$/);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    const ids = lines.map((line) => (JSON.parse(line) as { decision_id: string }).decision_id);
    const stored = await own.rows<{ id: string }>(`SELECT toString(decision_id) AS id FROM custody.decisions
WHERE decision = 'deny' ORDER BY id`);
    expect(ids.toSorted()).toEqual(stored.map(({ id }) => id));
  });

  test('a deny rate is one of what was decided, wherever it is told', async () => {
    const own = dashboard();
    const [made] = rows;
    if (made === undefined) throw new Error('the documentation asks about decisions');
    const undecided = Array.from({ length: 9 }, (_, n): DecisionRow => {
      const id = `5c0f1e2d-0000-4000-a000-${String(n).padStart(12, '0')}`;
      const decision = { ...made.decision.decision, id, occurredAtMs: nowMs - 480 * 3_600_000 - n };
      return { ...made, decision: { ...made.decision, decision: { ...decision, verdict: 'unknown' } } };
    });
    await writeDecisions(own.service.store, DecisionBlock.of(undecided));
    const rateOf = async (condition: string) => {
      const [row] = await own.rows<{ rate: string }>(`SELECT concat(toDecimalString(100 * countIf(decision = 'deny')
  / countIf(decision != 'unknown'), 1), ' %') AS rate FROM custody.decisions WHERE ${condition}`);
      return row?.rate;
    };
    await own.show('/', month);
    const [ofAll, ofServer] = [await rateOf('1'), await rateOf(`server = 'linear'`)];
    expect(await own.figure('Deny rate')).toBe(ofAll);
    const trend = own.panel('Decisions and denials');
    expect(await trend.locator('.readout .is-rate b').textContent()).toBe(ofAll);
    const shareIn = async (title: string, name: string, column: number) =>
      (await own.cells(title)).find(([first]) => first?.startsWith(name))?.[column];
    expect(await shareIn('Most denied servers', 'linear', 3)).toBe(ofServer);
    await own.show('/servers', month);
    expect(await shareIn('Servers of the range', 'linear', 6)).toBe(ofServer);
    await own.show('/agents', month);
    expect(await shareIn('Agents of the range', 'Cursor', 3)).toBe(await rateOf(`agent_name = 'Cursor'`));
    await own.show(agentPath, month);
    const ofTool = await rateOf(`agent_name = 'Cursor' AND tool = 'create_issue'`);
    expect(await shareIn('Tools, allowed and denied', 'create_issue', 4)).toBe(ofTool);
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
