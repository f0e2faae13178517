import { hourOf, secondMs } from '@custody/decision';
import type { StatementOptions, StoreClient } from './client.ts';
import { runQuery } from './query.ts';
import { detailedDecisions, detailsOfDecisions, mostDetailHours, mostDetailIds } from './questions/entry-details.ts';

/** A decision as its row is found. */
export interface DecisionPlace {
  readonly envId: string;
  readonly id: string;
  readonly occurredAtMs: number;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

const hourSecondsOf = ({ occurredAtMs }: DecisionPlace) => hourOf(occurredAtMs) / secondMs;
const distinct = <T>(items: readonly T[]) => [...new Set(items)];

/**
 * The detailed entries of those decisions that have one, by `env_id/decision_id`. Usually none has, which costs one look
 * at the hours that the decisions lie in.
 */
export async function readDetails(
  client: StoreClient,
  places: readonly DecisionPlace[],
  options: StatementOptions = {},
): Promise<Map<string, Uint8Array>> {
  const details = new Map<string, Uint8Array>();
  const encoder = new TextEncoder();
  for (const envId of distinct(places.map((place) => place.envId))) {
    const here = places.filter((place) => place.envId === envId);
    const detailed = new Set<string>();
    for (const hours of chunks(distinct(here.map(hourSecondsOf)), mostDetailHours)) {
      const rows = await runQuery(client, detailedDecisions, { env_id: envId, hours }, options);
      for (const { id } of rows) detailed.add(id);
    }
    for (const wanted of chunks(
      here.filter(({ id }) => detailed.has(id)),
      mostDetailIds,
    )) {
      const where = { env_id: envId, hours: distinct(wanted.map(hourSecondsOf)), ids: wanted.map(({ id }) => id) };
      for (const { id, entry } of await runQuery(client, detailsOfDecisions, where, options)) {
        details.set(`${envId}/${id}`, encoder.encode(entry));
      }
    }
  }
  return details;
}
