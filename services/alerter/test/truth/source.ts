import {
  type Consent,
  formatTimestamp,
  type HourWindows,
  hourMs,
  hourOf,
  type Identity,
  minuteMs,
  type RepairRequest,
  type SourceWindow,
} from '@custody/decision';
import { type StoreClient, writeFacts, writeReports, writeWindows } from '@custody/store';
import { storeCalls } from '../incidents/store-incidents.ts';
import { after, beginMs, calls, changes, envIds, explainedEnvId, names } from './stories.ts';

const plain = { listed: 1, counted: 1, deleted_at_source: 0, read_at: null, reason: '' };
const lateMs = 15 * minuteMs;
const historyMs = 36 * 24 * hourMs;
/** Of one environment there is an hour that nobody could read: within the silence of whoever is back there. */
const unreadHourMs = beginMs - 5 * 24 * hourMs;

function closed(fromMs: number, toMs: number): SourceWindow[] {
  const window = { from: formatTimestamp(fromMs), to: formatTimestamp(toMs), state: 'closed', proof: 'count' } as const;
  return fromMs < toMs ? [{ ...window, ...plain }] : [];
}

function hourRecord(envId: string, hour: number, provenMs: number, nowMs: number): HourWindows {
  const isUnread = envId === 'part-unread' && hour === unreadHourMs;
  const isAskedFor = envId === 'backfilled-now' && hour === hourOf(beginMs) && nowMs > after(9);
  const repair = { reason: 'test', requested_by: 'backfill', requested_at: formatTimestamp(after(9)) };
  return {
    ...{ env_id: envId, env_name: envId, hour: formatTimestamp(hour), updated_at: formatTimestamp(nowMs) },
    windows: isUnread ? [] : closed(hour, Math.min(hour + hourMs, provenMs)),
    ...(isAskedFor && { repair }),
  };
}

/** That the hour of an environment is read again, as the poller records it: the newest request, and that one was a backfill. */
async function askedAgain(client: StoreClient, envId: string, requester: string, askedMs: number): Promise<void> {
  const hour = hourOf(after(-120));
  const repair: NonNullable<HourWindows['repair']> & Pick<RepairRequest, 'requested_by'> = {
    ...{ reason: 'test', requested_by: requester, requested_at: formatTimestamp(askedMs) },
    backfill_asked_at: formatTimestamp(after(5)),
  };
  await writeWindows(client, [{ ...hourRecord(envId, hour, beginMs, askedMs), repair }]);
}

async function storeGrants(client: StoreClient): Promise<void> {
  const env_id = explainedEnvId;
  const known = { valid_from: formatTimestamp(beginMs - historyMs), first_seen: formatTimestamp(beginMs - historyMs) };
  const consents = changes.flatMap(({ atMs, agent, human, server, before, after: level }, index): Consent[] => {
    const of = { kind: 'consent', env_id, agent_key: agent, human_key: human, server } as const;
    const at = formatTimestamp(atMs);
    const ended = { last_seen: formatTimestamp(atMs - minuteMs), first_missing: at };
    const begun = { valid_from: at, first_seen: at, last_seen: at, first_missing: null };
    return [
      ...(before === null ? [] : [{ ...of, grant_id: `before-${index}`, level: before, ...known, ...ended }]),
      ...(level === null ? [] : [{ ...of, grant_id: `after-${index}`, level, ...begun }]),
    ];
  });
  const identities = [...names].map(
    ([user_key, name]): Identity => ({
      ...{ kind: 'identity', env_id, grant_id: user_key, ...known, last_seen: known.first_seen, first_missing: null },
      ...{ user_key, name, email: '' },
    }),
  );
  await writeFacts(
    client,
    [...consents, ...identities].map((record, index) => ({ record, position: index + 1 })),
  );
}

/** A source as it is read: what the store holds of it follows the time that the test tells. */
export class Source {
  readonly #client: StoreClient;
  #waiting = [...calls];

  constructor(client: StoreClient) {
    this.#client = client;
  }

  /** Everything that was so before anybody watched. */
  async begin(): Promise<void> {
    const count = historyMs / hourMs;
    const hours = Array.from({ length: count }, (_, n) => hourOf(beginMs - historyMs) + n * hourMs);
    // What is written of an hour has to stand before what is written of it later.
    await writeWindows(
      this.#client,
      envIds.flatMap((envId) => hours.map((hour) => hourRecord(envId, hour, beginMs - lateMs, hour + hourMs))),
    );
    await storeGrants(this.#client);
  }

  /** Lets everything become readable that is by then, and time be read and proven as in health. */
  async passTo(atMs: number, nowMs: number): Promise<void> {
    const readable = this.#waiting.filter(({ readableMs }) => readableMs <= nowMs);
    this.#waiting = this.#waiting.filter(({ readableMs }) => readableMs > nowMs);
    if (readable.length > 0) await storeCalls(this.#client, readable);
    const hours = [hourOf(atMs) - hourMs, hourOf(atMs)];
    await writeWindows(
      this.#client,
      envIds.flatMap((envId) => hours.map((hour) => hourRecord(envId, hour, atMs - lateMs, nowMs))),
    );
    if (nowMs > after(5)) await askedAgain(this.#client, 'backfilled', 'backfill', after(5));
    if (nowMs > after(11)) await askedAgain(this.#client, 'backfilled', 'sealer', after(11));
    await writeReports(
      this.#client,
      envIds.map((envId) => ({
        ...{ env_id: envId, env_name: envId, as_of: formatTimestamp(nowMs), open_seconds: 0, blind_seconds: 0 },
        ...{ unreadable_seconds: 0, rows_listed: 0, rows_read: 0, rows_missing: 0, oldest_open: null },
        ...{ requests_spent: 0, requests_refused: 0, requests_per_minute: null },
        read_from: formatTimestamp(atMs - lateMs),
        read_until: formatTimestamp(atMs - behindMs(envId, atMs)),
      })),
    );
  }
}

/** How far reading is behind the moment: as far as is no sign of anything, and a millisecond more until the twentieth minute. */
function behindMs(envId: string, atMs: number): number {
  if (envId === 'read-just-in-time') return 25_000;
  if (envId === 'read-too-late') return atMs < after(20) ? 25_001 : 25_000;
  return 5_000;
}
