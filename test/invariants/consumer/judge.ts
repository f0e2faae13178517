import { setTimeout as delay } from 'node:timers/promises';
import { type Decisions, hasDetail, type MadeDecision, usualWorld } from '../kit/decisions.ts';
import { decisionRecord, reasonOf } from '../kit/records.ts';
import type { Stage } from '../kit/stage.ts';
import type { Feeder } from './feeder.ts';

const hourMs = 3_600_000;
const { startMs } = usualWorld;

interface Row {
  readonly id: string;
  readonly at: number;
  readonly agent: string;
  readonly server: string;
  readonly decision: string;
  readonly reason: string;
  readonly attribution: string;
  readonly human: string;
  readonly candidates: readonly string[];
  readonly trust: string;
}

type Read = { readonly key: string; readonly value: Uint8Array | null };

async function readAll(stage: Stage, topic: string): Promise<Read[]> {
  const all: Read[] = [];
  const follower = stage.log.follow({ topic, onRecords: (records) => void all.push(...records) });
  await follower.caughtUp;
  await follower.stop();
  return all;
}

const hex = (value: Uint8Array | null | undefined) => value && Buffer.from(value).toString('hex');

/** Dead letters are exactly the garbage, bytes untouched, however often each was refused. */
export async function judgeDeadLetters(stage: Stage, feeder: Feeder): Promise<string[]> {
  const letters = await readAll(stage, 'custody.decisions.dead.v1');
  const seen = new Set(letters.map(({ key }) => key));
  const lost = [...feeder.garbage.keys()].filter((key) => !seen.has(key)).map((key) => `${key} is no dead letter`);
  const wrong = letters
    .filter(({ key, value }) => !feeder.garbage.has(key) || hex(feeder.garbage.get(key)?.value) !== hex(value))
    .map(({ key, value }) => `${key} is a dead letter: ${hex(value)}`);
  return [...lost, ...wrong];
}

function rowsOf(stage: Stage, hour: number): Promise<Row[]> {
  const [from, to] = [startMs + hour * hourMs, startMs + (hour + 1) * hourMs];
  const within = `occurred_at >= fromUnixTimestamp64Milli(${from}) AND occurred_at < fromUnixTimestamp64Milli(${to})`;
  return stage.instance.rows<Row>(
    `SELECT toString(decision_id) AS id, toFloat64(toUnixTimestamp64Milli(occurred_at)) AS at, agent_key AS agent,
      server, toString(decision) AS decision, reason, attribution, human_key AS human, human_candidates AS candidates,
      trust_level AS trust FROM custody.decisions WHERE ${within}`,
  );
}

async function judgeEntries(stage: Stage, decisions: Decisions, hour: number): Promise<string[]> {
  const [from, to] = [startMs + hour * hourMs, startMs + (hour + 1) * hourMs];
  const rows = await stage.instance.rows<{ id: string; entry: string; detail: string }>(
    `SELECT toString(e.decision_id) AS id, e.entry AS entry, d.entry AS detail
    FROM (SELECT * FROM custody_internal.entries FINAL) AS e
    LEFT JOIN (SELECT * FROM custody_internal.entry_details FINAL) AS d USING decision_id
    WHERE e.occurred_at >= fromUnixTimestamp64Milli(${from}) AND e.occurred_at < fromUnixTimestamp64Milli(${to})`,
  );
  const kept = new Map(rows.map((row) => [row.id, row]));
  const range = decisions.ofHour(hour);
  const wrong = rows.length === range.to - range.from ? [] : [`hour ${hour} has ${rows.length} entries`];
  for (let n = range.from; n < range.to; n += 1) {
    const made = decisions.at(n);
    const text = (form: 'listed' | 'again' | 'detailed') =>
      Buffer.from(decisionRecord(made, form).value ?? []).toString();
    const row = kept.get(made.id);
    const isVerbatim = row?.entry === text('listed') || row?.entry === text('again');
    if (!isVerbatim || row?.detail !== (hasDetail(n) ? text('detailed') : '')) {
      wrong.push(`entry of ${made.id}: ${JSON.stringify(row)}`);
    }
  }
  return wrong;
}

function expectedRow(decisions: Decisions, made: MadeDecision): Row {
  const { attribution, human, candidates, trust } = decisions.truthOf(made);
  const { id, atMs: at, agentKey: agent, server, decision } = made;
  return { id, at, agent, server, decision, reason: reasonOf(made.n), attribution, human, candidates, trust };
}

/** Every decision that was served is one row, and says what the oracle says. */
export async function judgeRows(stage: Stage, decisions: Decisions): Promise<string[]> {
  const wrong: string[] = [];
  for (let hour = 0; hour < decisions.hours; hour += 1) {
    const rows = await rowsOf(stage, hour);
    const stored = new Map(rows.map((row) => [row.id, row]));
    const { from, to } = decisions.ofHour(hour);
    if (rows.length !== to - from) wrong.push(`hour ${hour} has ${rows.length} rows for ${to - from} decisions`);
    for (let n = from; n < to; n += 1) {
      const expected = JSON.stringify(expectedRow(decisions, decisions.at(n)));
      const row = JSON.stringify(stored.get(decisions.at(n).id));
      if (row !== expected) wrong.push(`decision ${n}: ${row} instead of ${expected}`);
    }
    wrong.push(...(await judgeEntries(stage, decisions, hour)));
    // Others have a turn between two hours.
    await delay(0);
  }
  return wrong;
}
