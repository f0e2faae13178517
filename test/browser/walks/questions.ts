import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { type Dashboard, oneLine, written } from '../kit/dashboard.ts';

/** From the overview to the answer. */
const mostPresses = 3;

interface Tally {
  readonly decisions: string;
  readonly denials: string;
}

/** The questions of docs/questions.md: from the overview to each answer by few presses, the figures against the store. */
export function walkQuestions(dashboard: () => Dashboard): void {
  /** The overview, then what is pressed: at most three presses in all, of which two lead to the question. */
  async function ask(question: string, next?: (own: Dashboard) => Locator): Promise<Dashboard> {
    const own = dashboard();
    await own.show('/', { from: '-30d' });
    const side = own.page.getByRole('navigation', { name: 'Pages' });
    const presses = [
      () => side.getByText('Investigate'),
      () => own.page.locator('.questions a', { hasText: question }),
      ...(next === undefined ? [] : [() => next(own)]),
    ];
    expect(presses.length).toBeLessThanOrEqual(mostPresses);
    for (const target of presses) await own.press(target());
    return own;
  }

  const firstOf = (title: string) => (own: Dashboard) => own.panel(title).locator('tbody tr a').first();
  const linkOf = (title: string, name: string) => (own: Dashboard) =>
    own.panel(title).locator('tbody a', { hasText: name }).first();

  const tallies = (by: string, condition: string) =>
    dashboard().rows<Tally & { readonly name: string }>(`SELECT ${by} AS name, toString(count()) AS decisions,
  toString(countIf(decision = 'deny')) AS denials
FROM custody.decisions WHERE ${condition} GROUP BY name ORDER BY name`);

  /** The rows of a table of counts: its first column, decisions and denials, in the order of the store's answer. */
  async function shownTallies(own: Dashboard, title: string, decisionsAt: number) {
    const found = await own.cells(title);
    const tallied = found.map((cells) => ({
      name: cells[0] ?? '',
      decisions: cells[decisionsAt],
      denials: cells[decisionsAt + 1],
    }));
    return tallied.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  test('which tools did an agent call today', async () => {
    const own = await ask('Which tools did an agent call today', linkOf('Agents of the range', 'Cursor'));
    const expected = await tallies(
      `concat(tool, ' ', server)`,
      `agent_name = 'Cursor' AND occurred_at >= toDateTime64('2026-11-03 00:00:00', 3, 'UTC')`,
    );
    expect(expected.length).toBeGreaterThan(2);
    expect(await shownTallies(own, 'Tools, allowed and denied', 2)).toEqual(expected);
  });

  test('was this call allowed or denied, and why', async () => {
    const own = await ask('Was this call allowed or denied', firstOf('Decisions of the range'));
    const [newest] = await own.rows<{ id: string; decision: string }>(
      'SELECT toString(decision_id) AS id, toString(decision) AS decision FROM custody.decisions ORDER BY occurred_at DESC LIMIT 1',
    );
    expect(own.page.url()).toContain(newest?.id);
    expect(oneLine((await own.page.locator('h1').textContent()) ?? '')).toBe(
      newest?.decision === 'deny' ? 'Denied' : 'Allowed',
    );
    await own.panel('The check').waitFor();
  });

  test('what was denied, to whom, where and when', async () => {
    const own = await ask('What was denied');
    const expected = await own.rows<{ tool: string }>(
      `SELECT tool FROM custody.decisions WHERE decision = 'deny' ORDER BY occurred_at DESC`,
    );
    const shown = await own.cells('Decisions of the range');
    expect(shown.map((cells) => cells[5])).toEqual(expected.map(({ tool }) => tool));
    expect(new Set(shown.map((cells) => cells[1]))).toEqual(new Set(['Denied']));
  });

  test('what did all agents do in the last 30 days', async () => {
    const own = await ask('What did all agents do');
    const [all] = await tallies(`''`, `startsWith(agent_key, 'agent|')`);
    expect(await own.figure('Decisions')).toBe(written(all?.decisions));
    expect(await own.figure('Denied')).toBe(written(all?.denials));
  });

  test('why was this denied, and who has to change what', async () => {
    const own = await ask('Why was this denied', firstOf('Decisions of the range'));
    const [newest] = await own.rows<Record<'human_name' | 'trust_level' | 'ceiling_level' | 'required_level', string>>(
      `SELECT human_name, trust_level, ceiling_level, required_level FROM custody.decisions
WHERE decision = 'deny' ORDER BY occurred_at DESC LIMIT 1`,
    );
    // The consent is what lacks: below what is required, while the maximum is not.
    expect(newest).toMatchObject({ trust_level: 'medium', ceiling_level: 'high', required_level: 'high' });
    const remedy = oneLine((await own.panel('What would have let it pass').textContent()) ?? '');
    expect(remedy).toContain(newest?.human_name);
    expect(remedy).toMatch(/consent.*high/);
  });

  test('which human authorized what this agent did', async () => {
    const own = await ask('Which human authorized', linkOf('Agents of the range', 'Cursor'));
    const expected = await tallies('human_name', `agent_name = 'Cursor' AND human_key != ''`);
    expect(expected.map(({ name }) => name)).toEqual(['Alice Archer']);
    expect(await shownTallies(own, 'Humans', 1)).toEqual(expected);
  });

  test('which agents touched a server, and for whom', async () => {
    const own = await ask('Which agents touched a server', linkOf('Servers of the range', 'linear'));
    const expected = await own.rows<{ allowed: string; denied: string }>(
      `SELECT toString(countIf(decision = 'allow')) AS allowed, toString(countIf(decision = 'deny')) AS denied
FROM custody.decisions WHERE server = 'linear' GROUP BY human_key, agent_key`,
    );
    const shown = await own.cells('Who called what for whom');
    const counts = shown.map((cells) => `${cells[4]} ${cells[5]}`);
    expect(counts.toSorted()).toEqual(expected.map(({ allowed, denied }) => `${allowed} ${denied}`).toSorted());
  });

  test('what changed in an agent’s access', async () => {
    const own = await ask('What changed in an agent', linkOf('Agents of the range', 'Cursor'));
    const grants = await own.rows<{ change: string; level: string }>(
      `SELECT toString(change) AS change, toString(level) AS level FROM custody.access_changes
WHERE kind = 'consent' AND agent_key = (SELECT any(agent_key) FROM custody.decisions WHERE agent_name = 'Cursor')
  AND at >= toDateTime64('2026-10-04 15:00:00', 3, 'UTC')`,
    );
    expect(grants.length).toBeGreaterThan(1);
    const lines = (await own.panel('Access changes').locator('li').allInnerTexts()).map(oneLine);
    const consents = lines.filter((line) => line.includes('Consent'));
    expect(consents.length).toBe(grants.length);
    for (const { change, level } of grants) {
      expect(consents.filter((line) => line.includes(change) && line.toLowerCase().includes(level))).not.toEqual([]);
    }
  });

  test('what was done under one human’s authority, own calls and merely possible ones told apart', async () => {
    const own = await ask('What was done under one human', linkOf('Authorizing humans of the range', 'Alice Archer'));
    const [sure] = await own.rows<{ n: string }>(
      `SELECT toString(count()) AS n FROM custody.decisions WHERE human_key = 'human|alice'`,
    );
    const [possible] = await own.rows<{ n: number }>(
      `SELECT toUInt32(count()) AS n FROM custody.decisions WHERE has(human_candidates, 'human|alice')`,
    );
    expect(possible?.n).toBeGreaterThan(0);
    expect((await own.cells('Decisions of this human')).length).toBe(Number(sure?.n));
    const shown = await own.cells('Who called what for whom');
    const maybe = shown.filter((cells) => cells[1]?.startsWith('possible'));
    const sum = maybe.reduce((all, cells) => all + Number(cells[4]) + Number(cells[5]), 0);
    expect(sum).toBe(possible?.n);
    expect(shown.some((cells) => cells[1] === 'own call')).toBe(true);
  });

  test('which one change would remove most denials', async () => {
    const own = await ask('Which one change');
    // A maximum alone, or a consent alone, below what is required.
    const level = (column: string) => `indexOf(['low', 'medium', 'high'], ${column})`;
    const lacks = (column: string) => `${level(column)} < ${level('required_level')}`;
    const [most] = await own.rows<{ n: string; human: string }>(
      `SELECT toString(count()) AS n, any(human_name) AS human FROM custody.decisions
WHERE decision = 'deny' AND human_key != '' AND required_level != '' AND (${lacks('trust_level')}) != (${lacks('ceiling_level')})
GROUP BY human_key, server, ${lacks('trust_level')} ORDER BY count() DESC LIMIT 1`,
    );
    const first = own.panel('Which one change would remove most denials').locator('li').first();
    const said = oneLine((await first.textContent()) ?? '');
    expect(said.startsWith(`${most?.n} `)).toBe(true);
    expect(said).toContain(most?.human);
  });
}
