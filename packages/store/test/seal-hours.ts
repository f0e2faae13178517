import { randomUUID } from 'node:crypto';
import { hourMs } from '@custody/decision';
import { buildHours, type StoreClient } from '../src/index.ts';

export interface Built {
  readonly build: string;
  readonly stored?: number;
}

/** The store's clock, as it writes times. */
export async function storeTime(client: StoreClient): Promise<string> {
  const found = await client.select('test', 'SELECT now64(6) AS at', {});
  return (found as { at: string }[])[0]?.at ?? '';
}

/** Says that spans are sealed by these builds. */
export async function seal(
  client: StoreClient,
  { envId, span, as_of }: { envId: string; span: 'hour' | 'day' | 'month'; as_of: string },
  built: ReadonlyMap<number, Built>,
): Promise<void> {
  const seals = [...built].map(([startMs, one]) => ({ env_id: envId, span, starts_at: startMs / 1000, as_of, ...one }));
  await client.insert('test', 'custody_internal.seals', seals);
}

/** Sums hours up and seals them. */
export async function sealHours(client: StoreClient, envId: string, hours: readonly number[]): Promise<void> {
  const byMonth = Map.groupBy(hours, (startMs) => new Date(startMs).getUTCMonth());
  for (const ofMonth of byMonth.values()) {
    const as_of = await storeTime(client);
    const builds = await buildHours(client, { envId, hours: ofMonth, attempt: randomUUID() });
    const built = builds.map(({ hourStartMs, build, stored }) => [hourStartMs, { build, stored }] as const);
    await seal(client, { envId, span: 'hour', as_of }, new Map(built));
  }
}

export function hoursBetween(from: number, to: number): number[] {
  return Array.from({ length: (to - from) / hourMs }, (_, n) => from + n * hourMs);
}
