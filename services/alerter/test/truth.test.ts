import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AlertTransition, type JournalLook, minuteMs, type TickRecord } from '@custody/decision';
import { type EmbeddedClickHouse, startEmbeddedClickHouse } from '@custody/embedded-clickhouse';
import { createLogger } from '@custody/runtime';
import { createStoreClient, type StoreClient, writeAlertAction, writeAlertLooks, writeSilence } from '@custody/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { putMigratedStore } from '../../../test/kit/migrated-store.ts';
import { replay } from '../src/replay/replay.ts';
import { type Receiver, receiver } from './kit/receiver.ts';
import { explanationOf } from './truth/oracle.ts';
import { Source } from './truth/source.ts';
import { after, beginMs, calls, changes, explainedEnvId, names } from './truth/stories.ts';
import { Watched, watchMs } from './truth/watched.ts';

const user = { name: 'pipeline', password: 'for tests only', access: 'full' } as const;
const directory = mkdtempSync(join(tmpdir(), 'custody-truth-'));
/** When it is looked, in minutes after the begin. */
const moments = [0, 1, 1.5, 5, 10, 15, 20, 21.5, 23, 25];
let engine: EmbeddedClickHouse;
let client: StoreClient;
let soc: Receiver;
/** Every step that counts, as the alerts topic has it, and what led to each. */
let recorded: TickRecord['transitions'];
let looks: readonly JournalLook[];
let steps: readonly AlertTransition[];

beforeAll(async () => {
  const path = join(directory, 'store');
  await putMigratedStore(path);
  engine = await startEmbeddedClickHouse({ directory: path, port: 0, users: [user] });
  const login = { username: user.name, password: user.password, application: 'test' };
  client = createStoreClient({ url: engine.url, ...login, logger: createLogger({ service: 'test', level: 'silent' }) });
  soc = await receiver((response) => response.writeHead(204).end());
  const source = new Source(client);
  await source.begin();
  await silence('silenced', after(12));
  await silence('silenced-to-its-end', after(17));
  // The first look is taken as soon as there is an alerter.
  await source.passTo(beginMs, beginMs + watchMs);
  const watched = await Watched.begin(join(directory, 'log'), client, beginMs, soc.url);
  for (const minutes of moments) {
    const atMs = after(minutes);
    await watched.passTo(atMs);
    await source.passTo(atMs, watched.nowMs);
    if (minutes === 5) await act('taken', 'acknowledge', 'ada on call', watched);
    if (minutes === 10) await act('taken', 'resolve', 'bob at night', watched);
    await watched.look(atMs);
  }
  recorded = watched.ticks.flatMap(({ transitions }) => transitions);
  looks = watched.ticks.flatMap((tick) => tick.looks);
  steps = watched.steps();
  await vi.waitFor(async () => expect(await stored()).toBe(steps.length), { timeout: 60_000, interval: 20 });
  await watched.stop();
}, 300_000);
afterAll(async () => {
  await client.close();
  await engine.stop();
  await soc[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function stored(): Promise<number> {
  const [row] = await client.select('test', 'SELECT count() AS n FROM custody.alerts', {});
  return (row as { n: number }).n;
}

async function silence(envId: string, endsAtMs: number): Promise<void> {
  await writeSilence(client, {
    ...{ id: randomUUID(), matcher: { env: envId }, reason: 'maintenance', startsAtMs: beginMs, endsAtMs },
    ...{ createdAtMs: beginMs, createdBy: 'ada', endedBy: '' },
  });
}

/** As the API writes it: of the alert that somebody saw, at the step that they saw. */
async function act(envId: string, kind: 'acknowledge' | 'resolve', actor: string, watched: Watched): Promise<void> {
  const seen = watched.steps().findLast(({ subject }) => subject.envId === envId);
  if (seen === undefined) throw new Error(`nothing was told of ${envId}`);
  const { alertId, sequence } = seen;
  await writeAlertAction(client, {
    ...{ actionId: randomUUID(), alertId, sequence, kind, actor, note: `${kind} it`, atMs: watched.nowMs },
  });
}

const of = (envId: string) => steps.filter(({ subject }) => subject.envId === envId);
/** What became of the alerts of an environment: each step, and the minute of the decisions that it is of. */
const lifeOf = (envId: string) => of(envId).map(({ kind, atMs }) => `${kind} ${(atMs - beginMs) / minuteMs}`);
/** What the channel was told of an environment, in its order. */
const toldOf = (envId: string) =>
  soc.received
    .map(({ body }) => JSON.parse(body))
    .filter(({ data }) => data.subject.env_id === envId)
    .map(({ type, data }) => `${type.slice('alert.'.length)} ${data.sequence}`);
const last = (envId: string) => of(envId).at(-1);

test('an alert opens, grows, ends and comes back under one name, and each of it is told once', () => {
  const life = of('whole-life');
  expect(lifeOf('whole-life')).toEqual(['opened 1', 'escalated 5', 'resolved 15', 'confirmed 20', 'reopened 25']);
  expect(toldOf('whole-life')).toEqual(['opened 1', 'escalated 2', 'resolved 3', 'reopened 5']);
  expect(new Set(life.map(({ alertId }) => alertId)).size).toBe(1);
  expect(life.map(({ status }) => status)).toEqual(['open', 'open', 'resolved', 'resolved', 'open']);
  expect(life.map(({ peak }) => peak)).toEqual([4, 20, 20, 20, 20]);
  expect(life[1]?.sentence).toContain('Grew from 4 to 20.');
});

test('proof of what was found changes the record, tells nobody, and does not move an end', () => {
  const [opened] = of('taken');
  const confirmed = last('taken');
  expect(opened).toMatchObject({ completeness: 'unproven' });
  expect(confirmed).toMatchObject({ kind: 'confirmed', status: 'resolved', completeness: 'proven' });
  expect(of('whole-life').map(({ resolvedAtMs }) => resolvedAtMs)).toEqual([null, null, after(15), after(15), null]);
  // Of one that goes on as of one that is over.
  expect(last('silenced')).toMatchObject({ kind: 'confirmed', status: 'open', resolvedAtMs: null });
  const kinds = soc.received.map(({ body }) => JSON.parse(body).type);
  expect(kinds).not.toContain('alert.confirmed');
});

test('what turns out otherwise once its time is proven is withdrawn, and told so', () => {
  const name = 'turned-out-otherwise';
  expect(lifeOf(name)).toEqual(['opened 1', 'resolved 15', 'withdrawn 20']);
  expect(toldOf(name)).toEqual(['opened 1', 'resolved 2', 'withdrawn 3']);
  expect(of(name)[0]).toMatchObject({ detector: 'dormant_agent', subject: { key: 'agent|sleeper' } });
  expect(last(name)).toMatchObject({ status: 'withdrawn', resolvedAtMs: after(15) });
});

test('what turns out to be a multiple of what was told is told once more, and once only', () => {
  // Late decisions come first, and proof comes to the same.
  expect(lifeOf('grown-late')).toEqual(['opened 1', 'escalated 5', 'confirmed 20']);
  expect(toldOf('grown-late')).toEqual(['opened 1', 'escalated 2']);
  expect(of('grown-late')[1]).toMatchObject({ isLate: true, observed: 20, peak: 20 });
  // Both at one look.
  expect(lifeOf('grown-with-proof')).toEqual(['opened 1', 'escalated 20']);
  expect(toldOf('grown-with-proof')).toEqual(['opened 1', 'escalated 2']);
  expect(last('grown-with-proof')).toMatchObject({ observed: 20, peak: 20 });
});

test('rows that come late page once, as late and of their moment, unless they are a day old', () => {
  expect(lifeOf('late')).toEqual(['opened -115.5', 'resolved 20']);
  expect(toldOf('late')).toEqual(['opened 1', 'resolved 2']);
  expect(of('late')[0]).toMatchObject({
    isLate: true,
    observed: 5,
    window: { fromMs: after(-120), toMs: after(-115) },
  });
  expect(of('too-late')).toEqual([]);
});

test('rows of an hour that an operator had read again never page, whoever asked for it since', () => {
  // At the same moment, and in the same hour, as those that page elsewhere.
  expect(of('backfilled')).toEqual([]);
});

test('nor do rows of the hour that looks still count, where it was read again; what happens there afterwards does', () => {
  expect(of('backfilled-now').map(({ kind, atMs, subject }) => [kind, atMs, subject.key])).toEqual([
    ['opened', after(20), 'agent|two'],
  ]);
});

test('a silence keeps an alert from being told until it ends, and for ever where the alert ends before', () => {
  expect(lifeOf('silenced')).toEqual(['opened 1', 'reminded 15', 'confirmed 20']);
  expect(of('silenced')[0]?.silencedBy).toEqual([expect.stringMatching(/^silence:/)]);
  expect(toldOf('silenced')).toEqual(['reminded 2']);
  expect(lifeOf('silenced-to-its-end')).toEqual(['opened 1', 'resolved 15', 'confirmed 20']);
  expect(toldOf('silenced-to-its-end')).toEqual([]);
});

test('what an operator does is on record in the name of the token, and what is resolved stays quiet while it goes on', () => {
  const done = of('taken').map(({ kind, actor, note, status }) => `${kind} ${actor}: ${note} (${status})`);
  expect(done).toEqual([
    'opened :  (open)',
    'acknowledged ada on call: acknowledge it (acknowledged)',
    'resolved bob at night: resolve it (resolved)',
    'confirmed :  (resolved)',
  ]);
  expect(toldOf('taken')).toEqual(['opened 1', 'acknowledged 2', 'resolved 3']);
});

test('time that was read up to twenty-five seconds ago is quiet; a millisecond more and nothing comes to rest on it', () => {
  expect(of('read-just-in-time')[0]).toMatchObject({ completeness: 'unproven' });
  expect(lifeOf('read-just-in-time')).toEqual(['opened 1', 'resolved 15', 'confirmed 20']);
  // What fires is told all the same, and says so; it ends ten minutes after reading has caught up.
  expect(of('read-too-late')[0]).toMatchObject({ completeness: 'unread' });
  expect(lifeOf('read-too-late')).toEqual(['opened 1', 'confirmed 20', 'resolved 25']);
});

test('a silence of which an hour was not read is claimed of nobody: that the hour is missing is told instead', () => {
  expect(of('part-unread').map(({ kind, detector }) => `${kind} ${detector}`)).toEqual(['opened coverage_lost']);
});

test('every explanation is what the rows say: how many, who, how much of it, what is new, what changed before, and examples', () => {
  const explained = steps.filter(({ detector }) => detector === 'spike' || detector === 'sweep');
  expect(explained.length).toBeGreaterThan(20);
  for (const { kind, subject, window, decidedAtMs, detector, ...step } of explained) {
    const known = calls.filter(({ readableMs }) => readableMs <= decidedAtMs);
    const hasAccess = subject.envId === explainedEnvId;
    const world = { calls: known, changes: hasAccess ? changes : [], names: hasAccess ? names : new Map() };
    const { denials, tools, ...truth } = explanationOf({ ...subject, ...window }, world);
    const { observed, contributors, newPairs, grantChanges, examples } = step;
    const about = `${subject.envId} ${kind}`;
    expect({ about, contributors, newPairs, grantChanges, examples }).toEqual({ about, ...truth });
    expect(`${about} ${observed}`).toBe(`${about} ${detector === 'spike' ? denials : tools}`);
  }
  // So that none of it holds of nothing.
  const [opened] = of('explained');
  expect(opened).toMatchObject({
    ...{ detector: 'spike', subject: { key: 'agent|one', name: 'Cursor of Ada' }, newPairs: ['agent|one → linear'] },
    grantChanges: [
      { before: '', after: 'low' },
      { before: 'high', after: 'low' },
      { before: 'medium', after: '' },
      { before: '', after: 'high', atMs: after(-88) },
    ],
  });
  expect(opened?.contributors.human).toMatchObject([{ name: 'Ada' }, { key: 'human|bob', isNew: true }]);
  expect(opened?.examples).toHaveLength(5);
});

/** One tool fewer of whoever was denied some, and one more at the peak of what goes on. */
function altered({ input, ...look }: JournalLook): JournalLook {
  const judged = JSON.parse(input);
  for (const { deniedTools } of judged.input.environments) for (const { tools } of deniedTools) tools.pop();
  for (const { alert } of judged.input.alerts) alert.peak += 1;
  return { ...look, input: JSON.stringify(judged) };
}

test('whatever was judged comes to the same when it is judged again, and a look that was altered does not', async () => {
  // Of one that goes on after its silence nothing was looked at.
  const unlooked = recorded.filter(({ lookId }) => lookId === null);
  expect(unlooked.map(({ transition: { kind } }) => kind)).toEqual(['reminded']);
  expect(new Set(looks.map(({ input }) => JSON.parse(input).type))).toEqual(new Set(['now', 'past', 'settled']));
  const stepOf = (lookId: string) => recorded.find((step) => step.lookId === lookId)?.transition.transitionId ?? '';
  for (const { lookId } of looks) expect(await replay(client, stepOf(lookId))).toMatchObject({ isSame: true });
  await writeAlertLooks(client, looks.map(altered));
  for (const { lookId } of looks) expect(await replay(client, stepOf(lookId))).toMatchObject({ isSame: false });
});
