import { randomUUID } from 'node:crypto';
import { dayMs, formatTimestamp, type GrantRecord, hourMs } from '@custody/decision';
import {
  computeFlips,
  DecisionBlock,
  flipTerms,
  type StoreClient,
  writeDecisions,
  writeFacts,
  writeWindows,
} from '@custody/store';
import { record } from './alert-world.ts';
import { type Place, restrictedAlerts } from './restricted-alerts.ts';
import { nowMs } from './service.ts';
import { type Flat, makeWorld, storedRow } from './world.ts';

const ago = (days: number) => formatTimestamp(nowMs - days * dayMs);
let written = 0;

function rowsAt({ env, server, human }: Place, count: number, seed: number): Flat[] {
  const envName = env === 'env-1' ? 'production' : 'staging';
  return makeWorld(count, nowMs - 2 * dayMs, nowMs, seed).map((row, index) => {
    // Some that may be Ada's or Bob's, which is to say nobody's.
    const isAmbiguous = human === 'human|bob' && index % 5 === 0;
    const attributed = isAmbiguous
      ? { human: '', attribution: 'ambiguous' as const, candidates: ['human|auth0:ada', 'human|bob'] }
      : { human, attribution: 'exact' as const, candidates: [] };
    const id = `${row.id.slice(0, -12)}${seed.toString(16).padStart(4, '0')}${row.id.slice(-8)}`;
    return { ...row, ...attributed, id, env, envName, server };
  });
}

function grantsAt({ env, server, human }: Place): GrantRecord[] {
  const tag = `${env}/${server}/${human}`;
  const times = { valid_from: ago(2), first_seen: ago(2), last_seen: ago(0), first_missing: null };
  const of = (id: string) => ({ grant_id: `${id}/${tag}`, env_id: env, ...times });
  const listing = (kind: 'consent' | 'ceiling' | 'identity'): GrantRecord => ({
    ...{ kind: 'listing', env_id: env, of: kind, first_completed_at: ago(10), completed_at: ago(0) },
  });
  const named = (user_key: string, name: string, email: string): GrantRecord => ({
    ...{ kind: 'identity', ...of(user_key), user_key, name, email },
  });
  const person =
    human === 'human|bob' ? named(human, 'Bob', 'bob@example.org') : named(human, `Ada of ${env}`, 'ada@example.org');
  return [
    ...(['consent', 'ceiling', 'identity'] as const).map(listing),
    { kind: 'consent', ...of('consent'), agent_key: 'agent|client-0', human_key: human, server, level: 'low' },
    { kind: 'ceiling', ...of('ceiling'), human_key: human, server, level: 'medium' },
    person,
    named('agent|client-0', 'Cursor', ''),
    // One that a name is looked up for, and that no decision names.
    named(`agent|idle-${env}-${server}-${human.slice(6, 9)}`, 'Claude', ''),
  ];
}

/** Decisions, grants and alerts of one place. Returns the decisions. */
export async function fill(store: StoreClient, place: Place, count: number, seed: number): Promise<Flat[]> {
  const rows = rowsAt(place, count, seed);
  await writeDecisions(store, DecisionBlock.of(rows.map(storedRow)));
  const facts = grantsAt(place).map((record) => ({ record, position: written++ }));
  await writeFacts(store, facts);
  await record(store, restrictedAlerts(place));
  return rows;
}

/** Has the flips of all that is stored found. */
export async function findFlips(store: StoreClient): Promise<void> {
  const term = randomUUID();
  await flipTerms.begin(store, term);
  const fromMs = Math.floor(nowMs / dayMs) * dayMs - 2 * dayMs;
  for (const envId of ['env-1', 'env-2']) await computeFlips(store, { envId, fromMs, toMs: fromMs + 3 * dayMs }, term);
}

/** Has an hour read, and sealed, in an environment. */
export async function readAndSeal(store: StoreClient, place: Place, startMs: number): Promise<void> {
  const [env_id, env_name] = [place.env, place.env === 'env-1' ? 'production' : 'staging'];
  const [from, to, at] = [startMs, startMs + hourMs, nowMs].map((ms) => new Date(ms).toISOString()) as [
    string,
    string,
    string,
  ];
  const counted = { proof: 'count' as const, listed: 7, counted: 7, deleted_at_source: 0, read_at: at, reason: '' };
  const windows = [{ from, to, state: 'closed' as const, ...counted }];
  await writeWindows(store, [{ env_id, env_name, hour: from, windows, updated_at: at }]);
  const seal = { env_id, span: 'hour', starts_at: startMs / 1_000, as_of: at, build: 1, revision: 1 };
  await store.insert('test', 'custody_internal.seals', [
    { ...seal, state: 'complete', stored: 7, listed: 7, digest: 'd' },
  ]);
}
