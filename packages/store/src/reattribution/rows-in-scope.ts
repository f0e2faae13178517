import { subjectOfHuman, type TimeRange } from '@custody/decision';
import { z } from 'zod';
import type { StoreSettings } from '../client.ts';

/** Stored decisions that a change of what is known may bear on. */
export interface RowScope extends TimeRange {
  readonly envId: string;
  /** Only rows that were attributed before this position in the grants topic: later ones know already. */
  readonly beforePosition: number;
  /** Only rows ingested since, milliseconds since the epoch. Absent: all. */
  readonly ingestedFromMs?: number;
  /** Rows of any of these callers, servers or users; all rows where the three are empty. */
  readonly agents: readonly string[];
  readonly servers: readonly string[];
  /** Users as callers, as humans behind a call, and as owners of a per-user server. */
  readonly users: readonly string[];
}

export const scopeParams = z.object({
  env_id: z.string(),
  from_ms: z.number().int(),
  to_ms: z.number().int(),
  position: z.number().int(),
  ingested_ms: z.number().int(),
  is_all: z.boolean(),
  agents: z.array(z.string()),
  servers: z.array(z.string()),
  users: z.array(z.string()),
  suffixes: z.array(z.string()),
});

/** What a decision's time can be, see `parseTimestamp`. */
const [leastMs, mostMs] = [0, Date.UTC(2106, 1, 7)];

/** Values for `inScope`. */
export function scopeValues({
  envId,
  fromMs,
  toMs,
  beforePosition,
  agents,
  servers,
  users,
  ingestedFromMs = 0,
}: RowScope) {
  return {
    env_id: envId,
    from_ms: Math.max(fromMs, leastMs),
    to_ms: Math.min(toMs, mostMs),
    position: beforePosition,
    ingested_ms: ingestedFromMs,
    is_all: agents.length + servers.length + users.length === 0,
    agents: [...agents],
    servers: [...servers],
    users: [...users],
    suffixes: users.filter((user) => subjectOfHuman(user) !== user).map((user) => `-${subjectOfHuman(user)}`),
  };
}

/** The condition on rows of `custody_internal.decisions`, which a statement calls `d`. */
export const inScope = `d.env_id = {env_id:String}
  AND d.occurred_at >= fromUnixTimestamp64Milli({from_ms:Int64}, 'UTC')
  AND d.occurred_at < fromUnixTimestamp64Milli({to_ms:Int64}, 'UTC')
  AND d.grants_position % 281474976710656 < {position:UInt64}
  AND d.ingested_at >= fromUnixTimestamp64Milli({ingested_ms:Int64}, 'UTC')
  AND (
    {is_all:Bool}
    OR d.agent_key IN {agents:Array(String)}
    OR d.server IN {servers:Array(String)}
    OR d.agent_key IN {users:Array(String)}
    OR d.human_key IN {users:Array(String)}
    OR arrayExists(suffix -> endsWith(d.server, suffix), {suffixes:Array(String)})
  )`;

/** Work in the background: one core at most, so that live rows and questions have the other ones. */
export const behindLiveRows: StoreSettings = {
  max_threads: 1,
  max_insert_threads: '1',
  max_memory_usage: '2000000000',
  do_not_merge_across_partitions_select_final: 1,
};
