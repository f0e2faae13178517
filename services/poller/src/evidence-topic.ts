import { type EvidenceOwed, evidenceOwed, topics } from '@custody/decision';
import type { Log, LogRecord } from '@custody/log';
import type { Logger } from '@custody/runtime';
import type { EnvironmentName } from './source.ts';

export interface EvidenceTopicOptions {
  readonly log: Log;
  readonly env: EnvironmentName;
  readonly logger: Logger;
}

/** What is owed of an environment and occurred before `until`, and about how much is owed from then on. */
export interface OwedEvidence {
  readonly oldest: Map<string, EvidenceOwed>;
  /** RFC 3339; `null`: `oldest` is all of it. */
  readonly until: string | null;
  readonly beyond: number;
}

export const byTime = (a: EvidenceOwed, b: EvidenceOwed) => (a.occurred_at < b.occurred_at ? -1 : 1);

/**
 * Leaves the oldest so many, and all of the same moment as the last of them, so that everything before the time that it
 * returns is there: that of the oldest that went, `null` where none did.
 */
export function leaveOldest(owed: Map<string, EvidenceOwed>, count: number): string | null {
  const sorted = [...owed.values()].sort(byTime);
  const last = sorted[count - 1]?.occurred_at ?? '';
  const gone = sorted.filter(({ occurred_at }) => occurred_at > last);
  for (const { decision_id } of gone) owed.delete(decision_id);
  return gone[0]?.occurred_at ?? null;
}

/**
 * Reads the topic in passes, each of which keeps the oldest from a moment on, twice as many as wanted at most. Decisions
 * that a pass had no room for may be settled further on, so a pass may end with few, and the next one begins where it did.
 */
export async function readOwedEvidence(options: EvidenceTopicOptions, wanted: number): Promise<OwedEvidence> {
  const oldest = new Map<string, EvidenceOwed>();
  for (let from = ''; ; ) {
    const pass = await readPass(options, from, wanted);
    for (const [id, owed] of pass.oldest) oldest.set(id, owed);
    const { until, owed } = pass;
    if (until === null) return { oldest, until, beyond: 0 };
    if (oldest.size >= wanted / 2) return { oldest, until, beyond: Math.max(1, owed - oldest.size) };
    from = until;
  }
}

/** `owed` counts values less deletions, of all times. */
async function readPass(options: EvidenceTopicOptions, from: string, wanted: number) {
  const { log, env } = options;
  const oldest = new Map<string, EvidenceOwed>();
  let until = null as string | null;
  let owed = 0;
  const take = (record: LogRecord) => {
    if (!record.key.startsWith(`${env.id}/`)) return;
    owed += record.value === null ? -1 : 1;
    const one = parse(options, record);
    if (one === null) oldest.delete(record.key.slice(env.id.length + 1));
    else if (one.occurred_at >= from && (until === null || one.occurred_at < until)) oldest.set(one.decision_id, one);
    if (oldest.size > 2 * wanted) until = leaveOldest(oldest, wanted) ?? until;
  };
  const follower = log.follow({ topic: topics.evidence.name, onRecords: (records) => records.forEach(take) });
  try {
    await Promise.race([follower.caughtUp, follower.done]);
  } finally {
    await follower.stop();
  }
  return { oldest, until, owed };
}

function parse({ logger }: EvidenceTopicOptions, { key, value }: LogRecord): EvidenceOwed | null {
  if (value === null) return null;
  const parsed = evidenceOwed.safeParse(parseJson(value));
  if (parsed.success) return parsed.data;
  logger.warn({ key }, 'owed evidence is not understood');
  return null;
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return undefined;
  }
}
