import type { AlertTransition } from '@custody/decision';
import { writeAlertTransitions } from '@custody/store';
import { beforeAll, expect, test } from 'vitest';
import { nowMs } from '../../../services/up/test/questions-world.ts';
import { alertTransition, uuidOf } from '../../kit/alert-transition.ts';
import { testVariables } from '../../kit/test-variables.ts';
import { agentPath, type Dashboard, oneLine, written } from '../kit/dashboard.ts';
import { takePicture } from '../kit/open-browser.ts';

const minuteMs = 60_000;
const cursor = 'agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001';
/** Just after Cursor was denied to delete an issue. */
const openedAtMs = nowMs - 2 * 60 * minuteMs;
const subject = { envId: 'env-1', envName: 'production', kind: 'agent', key: cursor, name: 'Cursor' };

/** A step as the alerter would have it on record. */
function stepOf(alert: string, sequence: number, given: Partial<AlertTransition> = {}): AlertTransition {
  const atMs = (given.openedAtMs ?? openedAtMs) + (sequence - 1) * minuteMs;
  return alertTransition({
    ...{ alert, sequence, subject, openedAtMs, atMs, decidedAtMs: atMs + 20_000, url: `/alerts/${uuidOf(alert)}` },
    window: { fromMs: openedAtMs - 15 * minuteMs, toMs: openedAtMs },
    ...given,
  });
}

const onServer = { ...subject, kind: 'server', key: 'github', name: 'github' };
const resolvedAtMs = nowMs - 60 * minuteMs;

function stepsWith(decisionId: string): AlertTransition[] {
  const [example] = alertTransition().examples;
  const examples = example === undefined ? [] : [{ ...example, agentKey: cursor, decisionId }];
  const title = 'agent Cursor: 29 denials in 15 minutes';
  return [
    stepOf('spike', 1, { examples, title, severity: 'warning' }),
    stepOf('spike', 2, { examples, title, kind: 'escalated' }),
    stepOf('over', 1, { severity: 'warning', subject: onServer, title: 'server github: 9 denials' }),
    stepOf('over', 2, {
      ...{ severity: 'warning', subject: onServer, title: 'server github: 9 denials' },
      ...{ kind: 'resolved', status: 'resolved', resolvedAtMs },
    }),
    stepOf('quiet', 1, { severity: 'info', rule: 'first-seen', title: 'agent Cursor: something new' }),
  ];
}

/** The page of the alert that is open and critical. */
export const spikePath = `/alerts/${uuidOf('spike')}`;

export function walkAlerts(dashboard: () => Dashboard): void {
  beforeAll(async () => {
    const [denied] = await dashboard().rows<{ id: string }>(`SELECT toString(decision_id) AS id FROM custody.decisions
WHERE agent_key = '${cursor}' AND decision = 'deny' ORDER BY occurred_at DESC LIMIT 1`);
    const steps = stepsWith(denied?.id ?? '');
    await writeAlertTransitions(
      dashboard().service.store,
      steps.map((transition) => ({ transition, lookId: null })),
    );
  });

  test('open alerts come first, with whom, what and since when; a press narrows them, and the address says so', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/alerts');
    const open = await own.cells('Open');
    expect(open.map(([severity, what]) => [severity, what?.split(':')[1]?.trim().slice(0, 10)])).toEqual([
      ['Critical', '29 denials'],
      ['Info', 'something '],
    ]);
    expect(open[0]?.join(' ')).toContain('expected 0.05, alert bound 12.');
    expect((await own.cells('Over')).map(([, what, , , , status]) => [what?.slice(0, 13), status])).toEqual([
      ['server github', 'Resolved'],
    ]);
    await own.press(page.getByRole('group', { name: 'Severity' }).getByRole('button', { name: /^Critical/ }));
    await page.waitForURL('**severity=critical**');
    await own.settle();
    expect(await own.cells('Open')).toHaveLength(1);
    expect(await own.panel('Over').textContent()).toContain('No alert ended');
  });

  test('an alert tells what was found and why, and leads to the decisions', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show(spikePath);
    await page.locator('.said').waitFor();
    expect(await page.locator('[data-alert="Observed"]').textContent()).toBe('29');
    const text = oneLine((await page.locator('main').textContent()) ?? '');
    for (const part of [
      'It would not be there',
      'consent',
      'delete_issue',
      'Grew worse',
      'Its time is read and proven',
    ]) {
      expect(text).toContain(part);
    }
    const [from, to] = [openedAtMs - 15 * minuteMs - 6 * 60 * minuteMs, nowMs].map((ms) => Math.round(ms / 1_000));
    const [stored] = await own.rows<{ n: string }>(`SELECT count() AS n FROM custody.decisions
WHERE agent_key = '${cursor}' AND decision = 'deny' AND occurred_at >= fromUnixTimestamp(${from}) AND occurred_at < fromUnixTimestamp(${to})`);
    const plot = page.locator('.plot');
    expect(await plot.getAttribute('aria-label')).toContain(`around the alert: ${written(stored?.n)};`);
    await own.press(own.panel('Example decisions').locator('tbody a').first());
    await page.waitForURL('**/decisions/**');
    await page.locator('.chain').waitFor();
    expect(await page.locator('main h1').textContent()).toBe('Denied');
  });

  test('whoever may operate takes an alert with a note, and silences it; both are on record', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show(spikePath);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    const form = page.getByRole('form', { name: 'Acknowledge' });
    await form.locator('input[name="note"]').fill('Looking at the consent');
    // Nobody sends it again by itself, so that nobody says so.
    await page.route('**/acknowledge', (route) => route.abort());
    await form.getByRole('button', { name: 'Acknowledge' }).click();
    const fault = 'Custody does not answer. Look whether it was done, and try again where it was not.';
    await form.getByRole('alert').getByText(fault).waitFor();
    expect(own.complaints.splice(0).filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
    await page.unroute('**/acknowledge');
    await form.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('asked to acknowledge it').waitFor();
    const actions = await own.rows(
      `SELECT toString(alert_id) AS alert, kind, note FROM custody_internal.alert_actions`,
    );
    expect(actions).toEqual([{ alert: uuidOf('spike'), kind: 'acknowledge', note: 'Looking at the consent' }]);
    await page.getByRole('button', { name: 'Silence…' }).click();
    await page.locator('input[name="why"]').fill('Known: the consent was lowered');
    await page.getByRole('form', { name: 'Silence' }).getByRole('button', { name: 'Silence' }).click();
    await page.getByRole('form', { name: 'Silence' }).waitFor({ state: 'detached' });
    const [silence] = await own.rows<{ matcher: string }>(`SELECT matcher FROM custody_internal.alert_silences`);
    expect(JSON.parse(silence?.matcher ?? '{}')).toMatchObject({ rule: 'denial-spike', env: 'env-1' });
    await own.show('/silences');
    expect((await own.cells('Silences of the last 30 days'))[0]?.slice(0, 3).join(' ')).toMatch(
      /^In force .*rule denial-spike.* Known: the consent was lowered$/,
    );
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByText('Ended', { exact: true }).waitFor();
  });

  test('a silence is made by hand up to a time of the page’s zone, is told on the page of whom it is about, and ends there', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/silences', { tz: 'Europe/Berlin' });
    await page.getByRole('button', { name: 'New silence' }).click();
    const form = page.getByRole('form', { name: 'New silence' });
    await form.getByRole('button', { name: 'Silence' }).click();
    await form.getByText('Say of what').waitFor();
    await form.locator('[name="environment"]').selectOption({ label: 'production' });
    await form.locator('[name="agent"]').fill('Cursor');
    await form.locator('[name="length"]').selectOption('at');
    await form.locator('[name="until"]').fill('2026-11-05T09:30');
    await form.locator('[name="why"]').fill('Moves house');
    if (testVariables.hasPictures) await takePicture(page, 'silence');
    await own.expectAccessible();
    await form.getByRole('button', { name: 'Silence' }).click();
    const row = page.getByRole('row', { name: /Moves house/ });
    await row.getByText('agent Cursor').waitFor();
    expect(await row.textContent()).toContain('env production');
    const [stored] = await own.rows<{ ends: string }>(
      `SELECT toString(ends_at) AS ends FROM custody_internal.alert_silences WHERE reason = 'Moves house'`,
    );
    expect(stored?.ends).toMatch(/^2026-11-05 08:30:00/);
    await own.show(agentPath, { from: '-1h', tz: 'UTC' });
    const note = page.locator('.entity-silences .note');
    expect(oneLine((await note.textContent()) ?? '')).toContain(
      'Silenced until 5 Nov 08:30 by this machine: Moves house',
    );
    await note.getByRole('button', { name: 'End now' }).click();
    await note.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Silence its alerts…' }).click();
    expect(await form.locator('[name="agent"]').inputValue()).toBe(cursor);
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  test('every rule says what it finds, where it comes from and how often it may be wrong', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/rules');
    const rules = await own.page.evaluate('fetch("/v1/rules").then((answer) => answer.json())');
    const { data } = rules as { data: { name: string; description: string }[] };
    expect(data.length).toBeGreaterThan(2);
    for (const { name, description } of data) {
      const text = (await own.panel(name).textContent()) ?? '';
      for (const part of [description, 'comes with Custody', 'at most', 'every channel']) expect(text).toContain(part);
    }
    await own.press(own.panel(data[0]?.name ?? '').getByText('its alerts'));
    await page.waitForURL(`**/alerts?rule=${data[0]?.name}`);
  });

  test('whoever may change rules writes one with every fault at its line, tries it, saves it, switches it off and deletes it', async () => {
    const own = dashboard();
    const { page } = own;
    const stored = () =>
      own.rows<{ name: string; is_deleted: boolean }>(
        'SELECT name, is_deleted FROM custody_internal.alert_rules ORDER BY changed_at',
      );
    await own.show('/rules');
    await page.getByRole('button', { name: 'New rule' }).click();
    const editor = own.panel('A new rule');
    const text = editor.locator('textarea');
    await text.fill('name: any-denial\nbudgt: 1\ndetectors: [nothing]');
    await editor.getByRole('button', { name: 'Save' }).click();
    await editor.locator('.code-lines .is-wrong').first().waitFor();
    expect(await editor.locator('.code-lines .is-wrong').allTextContents()).toEqual(['2', '3']);
    expect(await editor.locator('.remedies li').count()).toBe(2);
    if (testVariables.hasPictures) await takePicture(page, 'rule-faults');
    await own.expectAccessible();
    await editor.getByRole('button', { name: 'line 3' }).click();
    await page.keyboard.type('threshold: {{ at_least: 1, within: 10m }');
    expect(await text.inputValue()).toContain('\nthreshold: {{ at_least');
    await text.fill('name: any-denial\nbudget: 1\nthreshold: { at_least: 1, within: 10m, per: agent }');
    await editor.getByRole('button', { name: 'Try' }).click();
    await editor.getByText(/^Would have fired \d+ times/).waitFor();
    expect(await stored()).toEqual([]);
    await editor.getByRole('button', { name: 'Save' }).click();
    await page.getByText('any-denial is saved').waitFor();
    const made = own.panel('any-denial');
    await made.getByText('made over the API by this machine').waitFor();
    await made.getByRole('button', { name: 'Switch off' }).click();
    await made.getByText('switched off', { exact: true }).waitFor();
    await made.getByRole('button', { name: 'Delete…' }).click();
    await made.getByRole('button', { name: 'Delete', exact: true }).click();
    await made.waitFor({ state: 'detached' });
    expect((await stored()).map(({ is_deleted }) => is_deleted)).toEqual([false, false, true]);
    // A refusal is a failed request, of which the browser complains.
    expect(own.complaints.splice(0).filter((text) => !text.includes('400'))).toEqual([]);
  });

  test('whoever edits a rule that somebody else changes meanwhile is shown what it says by now, and loses nothing', async () => {
    const own = dashboard();
    const { page } = own;
    const put = (name: string, budget: number) => {
      const options = `{ method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"budget":${budget}}' }`;
      return page.evaluate(`fetch('/v1/rules/${name}', ${options}).then((answer) => answer.status)`);
    };
    const budgets = () =>
      own.rows<{ budget: number }>(`SELECT JSONExtractFloat(document, 'budget') AS budget
FROM custody_internal.alert_rules WHERE name = 'shared-rule' AND NOT is_deleted ORDER BY changed_at`);
    await own.show('/coverage');
    expect(await put('shared-rule', 0.1)).toBe(201);
    await own.show('/rules');
    const card = own.panel('shared-rule');
    await card.getByRole('button', { name: 'Edit shared-rule' }).click();
    const editor = own.panel('Change shared-rule');
    const text = editor.locator('textarea');
    await text.fill('name: shared-rule\nbudget: 0.5');
    expect(await put('shared-rule', 0.2)).toBe(200);
    await editor.getByRole('button', { name: 'Save' }).click();
    const note = editor.getByRole('alert').filter({ hasText: 'shared-rule was changed meanwhile.' });
    await note.getByText('budget: 0.2').waitFor();
    if (testVariables.hasPictures) await takePicture(page, 'rule-changed-meanwhile');
    await own.expectAccessible();
    expect(await editor.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    expect(await text.inputValue()).toContain('budget: 0.5');
    await note.getByRole('button', { name: 'Go on with mine' }).click();
    await editor.getByRole('button', { name: 'Save' }).click();
    await page.getByText('shared-rule is saved').waitFor();
    expect((await budgets()).map(({ budget }) => budget)).toEqual([0.1, 0.2, 0.5]);
    // What is pressed beside a card that is out of date does nothing either.
    await card.getByText('1 in 2 days').waitFor();
    expect(await put('shared-rule', 0.3)).toBe(200);
    await card.getByRole('button', { name: 'Switch off' }).click();
    await card.getByText('Look at the rule as it is now').waitFor();
    await card.getByText('1 in 3 days').waitFor();
    await card.getByRole('button', { name: 'Delete…' }).click();
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await card.waitFor({ state: 'detached' });
    expect((await budgets()).map(({ budget }) => budget)).toEqual([0.1, 0.2, 0.5, 0.3]);
    expect(own.complaints.splice(0).filter((said) => !said.includes('412'))).toEqual([]);
  });

  test('a rule that comes with Custody and is saved as it is shown says the same', async () => {
    const own = dashboard();
    await own.show('/rules');
    const card = own.panel('suspicious-agents');
    const version = /version [0-9a-f]{16}/.exec((await card.textContent()) ?? '')?.[0] ?? '';
    await card.getByRole('button', { name: 'Edit suspicious-agents' }).click();
    await own.panel('Change suspicious-agents').getByRole('button', { name: 'Save' }).click();
    await card.getByText('made over the API').waitFor();
    expect(await card.textContent()).toContain(version);
    await card.getByRole('button', { name: 'Delete…' }).click();
    await card.getByText('that comes with Custody runs again').waitFor();
    await card.getByRole('button', { name: 'Delete', exact: true }).click();
    await card.getByText('comes with Custody', { exact: true }).waitFor();
  });

  test('a rule is tried over the last month before anybody enables it, and every fault of it is told', async () => {
    const own = dashboard();
    const { page } = own;
    await own.show('/rules');
    const panel = own.panel('What would have fired');
    await panel.getByLabel('Rules').selectOption({ label: 'one that is written here' });
    const rule = 'name: any-denial\ndetectors: [threshold]\nthreshold: { at_least: 1, within: 10m, per: agent }';
    await panel.locator('textarea').fill(rule);
    await panel.getByRole('button', { name: 'Try' }).click();
    await panel.locator('.backtest-found').waitFor();
    const asked = JSON.stringify(JSON.stringify({ rules: rule, from: '-30d' }));
    const post = `{ method: 'POST', headers: { 'content-type': 'application/json' }, body: ${asked} }`;
    const answer = await page.evaluate(`fetch('/v1/rules/backtest', ${post}).then((answer) => answer.json())`);
    const { data } = answer as { data: { sentence: string; fired: number } };
    expect(data.fired).toBeGreaterThan(3);
    expect(await panel.locator('.said-sentence').textContent()).toBe(data.sentence);
    expect(await panel.locator('table').nth(1).locator('tbody tr').count()).toBe(data.fired);
    await own.expectAccessible();
    await panel.locator('textarea').fill('name: any-denial\ndetectors: [nothing]');
    await panel.getByRole('button', { name: 'Try' }).click();
    await panel.getByText('detectors').first().waitFor();
    expect(await panel.locator('.remedies li').count()).toBeGreaterThan(0);
    // A refusal is a failed request, of which the browser complains.
    expect(own.complaints.splice(0).filter((text) => !text.includes('400'))).toEqual([]);
  });
}
