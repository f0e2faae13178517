import { type HourOfCallsRow, hourMs, hourOf, type RateRow } from '@custody/decision';
import { type RecentRate, readRates } from './activity.ts';
import { learnedBuckets } from './histories.ts';
import type { QuarterOfCalls } from './hours-of-calls.ts';
import { maskedOf } from './look-at-series.ts';
import type { Looking } from './read-detection.ts';
import { bucketMs } from './series-sql.ts';

function hoursOfQuarters(quarters: readonly QuarterOfCalls[]): HourOfCallsRow[] {
  const hours = new Map<number, { startMs: number; calls: number; denials: number }>();
  for (const { startMs, calls, denials } of quarters) {
    const hour = hours.get(hourOf(startMs)) ?? { startMs: hourOf(startMs), calls: 0, denials: 0 };
    hour.calls += calls;
    hour.denials += denials;
    hours.set(hour.startMs, hour);
  }
  return [...hours.values()];
}

/** Shares that are denied of servers and environments with calls enough in the last hour. Throws `STORE_*`. */
export async function ratesOf(looking: Looking): Promise<Map<string, RateRow[]>> {
  const { client, request, envIds, memory, facts, nowBucket, history, options } = looking;
  const { atMs, model, masked } = request;
  const recent = await readRates(client, envIds, { fromMs: atMs - hourMs, toMs: atMs }, history, options);
  const servers = recent
    .filter(({ kind }) => kind === 'server')
    .map(({ env_id, key }) => ({ envId: env_id, server: key }));
  const hoursOfServers = await memory.hoursOfServers(client, facts, servers, options);
  const { fromBucket, untilBucket } = learnedBuckets(model, nowBucket);
  const [fromMs, untilMs] = [fromBucket * bucketMs, untilBucket * bucketMs];
  // Whole hours of the history; what is younger than the lag must not become its own excuse.
  const isLearned = ({ startMs, calls }: HourOfCallsRow) =>
    startMs >= fromMs && startMs + hourMs <= untilMs && calls > 0;
  const hoursOf = ({ kind, env_id, key }: RecentRate) =>
    kind === 'server'
      ? (hoursOfServers.get(JSON.stringify([env_id, key])) ?? [])
      : hoursOfQuarters(facts.quarters.get(env_id)?.quarters ?? []);
  const rows = recent.map((rate) => {
    const { env_id: envId, kind, key, calls, denials, agents, denied_agents: deniedAgents } = rate;
    const ranges = masked.length === 0 ? [] : maskedOf(masked, { envId, kind, key }, ['deny_rate_step']);
    const row = {
      kind,
      key,
      calls,
      denials,
      agents,
      deniedAgents,
      latest: { calls: rate.latest_calls, denials: rate.latest_denials, deniedAgents: rate.latest_denied_agents },
      hours: hoursOf(rate).filter(isLearned),
      masked: ranges,
    };
    return { envId, row };
  });
  return new Map(
    [...Map.groupBy(rows, ({ envId }) => envId)].map(([envId, own]) => [envId, own.map(({ row }) => row)]),
  );
}
