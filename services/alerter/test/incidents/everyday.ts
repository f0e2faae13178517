import { dayMs, hourMs, minuteMs } from '@custody/decision';
import type { StoreClient } from '@custody/store';
import { beginMs } from './truth.ts';

/** Everyday work goes on so long after the begin. */
export const everydayUntilMs = beginMs + 4 * hourMs;
export const everydayFromMs = beginMs - 28 * dayMs;

/** A part of everyday work: so many calls a day of some callers, most of them in office hours. */
interface Work {
  readonly name: string;
  readonly perDay: number;
  /** SQL over the hash `h` of a call and its number `n`. */
  readonly agent: string;
  readonly human?: string;
  readonly server?: string;
  readonly deniedShare: number;
  /** Hours of the day that it lies in; by default 60 % in office hours and the others at any time. */
  readonly withinHours?: readonly [from: number, to: number];
  readonly untilMs?: number;
  /** Only in this environment. */
  readonly only?: string;
}

const servers = `['jira', 'github', 'slack', 'notion', 'drive', 'gmail']`;
/** One of the protagonists at its daily work. */
const daily = (name: string, perDay: number, deniedShare: number, given: Partial<Work> = {}): Work => ({
  ...{ name, perDay, agent: `'agent|${name}'`, human: `'human|of ${name}'`, deniedShare },
  ...given,
});

const works: readonly Work[] = [
  {
    name: 'everybody',
    perDay: 360,
    // Some call a hundred times as often as others.
    agent: `concat('agent|', toString(toUInt32(40 * pow(h1, 2))))`,
    human: `concat('human|', toString(toUInt32(40 * pow(h1, 2)) % 20))`,
    deniedShare: 0.06,
  },
  daily('ramp', 20, 0.2),
  daily('busy', 6 * 288, 1, { withinHours: [0, 24], server: `'github'`, only: 'hidden-in-busy' }),
  daily('stuck', 10, 0.014),
  daily('taster', 10, 0.02),
  { ...daily('crew', 90, 0.015), agent: `concat('agent|crew-', toString(n % 9))`, server: `'notion'` },
  daily('climber', 10, 0.02),
  daily('sleeper', 8, 0.02, { untilMs: beginMs - 21 * dayMs }),
  { ...daily('owned', 42, 0.03), agent: `concat('agent|owned-', toString(n % 7))`, human: `'human|owner'` },
  daily('nightly', 30, 1, { withinHours: [2, 2.1], server: `'drive'` }),
];

function workSql({
  name,
  agent,
  human = `''`,
  server,
  deniedShare,
  withinHours,
  untilMs = everydayUntilMs,
}: Work): string {
  const [from, to] = withinHours ?? [0, 24];
  const anyHour = `${from} + ${to - from} * h2`;
  const hour = withinHours === undefined ? `if(h3 < 0.6, 8 + 9 * h2, ${anyHour})` : anyHour;
  const hash = (purpose: number) => `cityHash64(env, n, ${purpose}, '${name}') / 18446744073709551616. AS h${purpose}`;
  return `INSERT INTO custody_internal.decisions (env_id, env_name, occurred_at, decision_id, agent_key, agent_name, human_key,
  attribution, server, resource, tool, decision, reason_code, required_level, grants_position, ingested_at)
SELECT env, env, fromUnixTimestamp64Milli(toInt64(day + 3600000 * hour), 'UTC') AS at,
  reinterpretAsUUID(MD5(concat(env, '${name}', toString(n)))), agent, agent, human, if(human = '', 'unknown', 'exact'),
  on_server, on_server, concat(on_server, '_', toString(toUInt32(8 * pow(h5, 2)))), verdict,
  if(verdict = 'deny', 'no_permission', ''), ['low', 'medium', 'high'][1 + toUInt32(2.3 * pow(h5, 2))], 1, at
FROM
(
  SELECT arrayJoin({envs:Array(String)}) AS env, n, {from:UInt64} + ${dayMs} * intDiv(n, {perDay:UInt32}) AS day,
    ${[1, 2, 3, 4, 5, 6].map(hash).join(', ')},
    ${hour} AS hour, ${agent} AS agent, ${human} AS human, ${server ?? `${servers}[1 + toUInt32(6 * pow(h6, 1.5)) % 6]`} AS on_server,
    if(h4 < ${deniedShare}, 'deny', 'allow') AS verdict
  FROM (SELECT number AS n FROM numbers({rows:UInt64}))
)
WHERE at >= fromUnixTimestamp64Milli(${everydayFromMs}) AND at < fromUnixTimestamp64Milli(${untilMs})`;
}

/** The same kinds of everyday work in each environment, four weeks before the begin and some hours after it; deterministic. */
export async function fillEveryday(client: StoreClient, envIds: readonly string[]): Promise<void> {
  const from = Math.floor(everydayFromMs / dayMs) * dayMs;
  for (const work of works) {
    const envs = envIds.filter((envId) => work.only === undefined || work.only === envId);
    const rows = work.perDay * 30;
    const options = { settings: { max_partitions_per_insert_block: '0' }, timeoutMs: 10 * minuteMs };
    await client.command('test.everyday', workSql(work), { envs, from, rows, perDay: work.perDay }, options);
  }
}
