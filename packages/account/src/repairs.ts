import {
  formatTimestamp,
  hourMs,
  hourWindowsKey,
  type RepairRequest,
  repairRequest,
  repairRequestKey,
  topics,
} from '@custody/decision';
import { type CompactedLog, readValues } from './read-values.ts';

/** An hour in which something that was listed is neither stored nor a dead letter. */
export interface Deficit {
  readonly envId: string;
  /** Its start, RFC 3339, as the poller writes it. */
  readonly hour: string;
  /** What is wrong, for whoever reads the request. */
  readonly reason: string;
}

/** A log, as far as hours are asked for here. */
export interface RepairLog extends CompactedLog {
  append(topic: string, records: readonly { readonly key: string; readonly value: Uint8Array }[]): Promise<void>;
}

export interface RepairsWanted {
  readonly deficits: readonly Deficit[];
  readonly requestedBy: string;
  readonly nowMs: number;
  /** Requests before this moment do not count: what they led to was lost since. Default: all count. */
  readonly lostAtMs?: number;
}

/** An hour that was asked for is not asked for again at once: reading it takes time, and may find no more. */
const askAgainMs = 24 * hourMs;

/** Has the poller read hours again, those that nobody asked for lately; resolves with the requests that it wrote. */
export async function askForRepairs(log: RepairLog, wanted: RepairsWanted): Promise<RepairRequest[]> {
  const { deficits, requestedBy, nowMs, lostAtMs = Number.NEGATIVE_INFINITY } = wanted;
  if (deficits.length === 0) return [];
  const asked = await readValues(log, topics.repairs.name, repairRequest);
  const recentMs = Math.max(nowMs - askAgainMs, lostAtMs);
  const askedAtMs = ({ envId, hour }: Deficit) => {
    const request = asked.get(hourWindowsKey(envId, hour));
    return request === undefined ? 0 : Date.parse(request.requested_at);
  };
  const requests = deficits
    .filter((deficit) => askedAtMs(deficit) < recentMs)
    .map(({ envId, hour, reason }) => ({
      env_id: envId,
      hour,
      reason,
      requested_by: requestedBy,
      requested_at: formatTimestamp(nowMs),
    }));
  const encoder = new TextEncoder();
  const records = requests.map((request) => ({
    key: repairRequestKey(request),
    value: encoder.encode(JSON.stringify(request)),
  }));
  if (records.length > 0) await log.append(topics.repairs.name, records);
  return requests;
}
