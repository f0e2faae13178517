import { createHash } from 'node:crypto';
import { deadLetterNoteHeaders, topics } from '@custody/decision';
import { aborted } from '@custody/runtime';

/** A record as a log reads it. */
interface DeadRecord {
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array | null;
  readonly partition: number;
  readonly offset: number;
}

/** A log, as far as it is followed here. */
export interface FollowedLog {
  follow(options: {
    readonly topic: string;
    readonly from?: readonly number[];
    readonly onRecords: (records: readonly DeadRecord[]) => void;
  }): { readonly caughtUp: Promise<void>; stop(): Promise<void> };
}

/** Distinct dead letters by `env_id/hour`, as the poller keyed the hours that they were read for. */
export type DeadLetterCounts = ReadonlyMap<string, number>;

function hourKeyOf({ headers }: DeadRecord): string | null {
  // Its listed twin is counted by itself: a refused detail hides no decision that is missing.
  if (headers['custody-form'] === 'detailed') return null;
  const envId = headers['custody-env-id'];
  const hour = headers['custody-hour'];
  return envId !== undefined && hour !== undefined ? `${envId}/${hour}` : null;
}

/** The letters of an hour: by their bytes, the origin of each, or all of them where it came several times. */
type HourLetters = Map<string, string | Set<string>>;

function withOrigin(known: string | Set<string> | undefined, origin: string): string | Set<string> {
  if (known === undefined || known === origin) return origin;
  return typeof known === 'string' ? new Set([known, origin]) : known.add(origin);
}

/** Sixteen bytes tell letters of an hour apart; of long runs each byte counts. */
function digestOf(value: Uint8Array | null): string {
  const digest = createHash('sha256').update(value ?? '');
  return digest.digest().subarray(0, 16).toString('base64');
}

/**
 * Counts the dead letters that are not stored. One entry may be there several times (a crash between letter and commit,
 * an hour read again, a replay that failed again): its bytes tell. The topic is read once; each further look reads what
 * came since.
 */
export class DeadLetterAccount {
  readonly #log: FollowedLog;
  readonly #hours = new Map<string, HourLetters>();
  readonly #stored = new Set<string>();
  /** By partition, what is read next. */
  readonly #next: number[] = [];

  constructor(log: FollowedLog) {
    this.#log = log;
  }

  /** Takes in what stands in the topic at the time of the call, or what was found of it when the signal aborts. */
  async catchUp(signal: AbortSignal): Promise<void> {
    const follower = this.#log.follow({
      topic: topics.deadLetters.name,
      ...(this.#next.length > 0 && { from: Array.from(this.#next, (offset = 0) => offset) }),
      onRecords: (records) => {
        for (const record of records) this.#note(record);
      },
    });
    try {
      await Promise.race([follower.caughtUp, aborted(signal)]);
    } finally {
      await follower.stop();
    }
  }

  /** How many entries of each hour are dead letters and nothing else: one that was replayed and stored is a row. */
  counts(): DeadLetterCounts {
    const isDead = (origins: string | ReadonlySet<string>) =>
      typeof origins === 'string'
        ? !this.#stored.has(origins)
        : ![...origins].some((origin) => this.#stored.has(origin));
    return new Map([...this.#hours].map(([key, letters]) => [key, [...letters.values()].filter(isDead).length]));
  }

  #note(record: DeadRecord): void {
    const { headers, value, partition, offset } = record;
    if (offset < (this.#next[partition] ?? 0)) return;
    this.#next[partition] = offset + 1;
    const note = deadLetterNoteHeaders.safeParse(headers);
    if (note.success) {
      if (note.data['custody-note'] === 'stored') this.#stored.add(note.data['custody-origin']);
      return;
    }
    const key = hourKeyOf(record);
    if (key === null) return;
    const letters: HourLetters = this.#hours.get(key) ?? new Map();
    const digest = digestOf(value);
    const origin = headers['custody-origin'] ?? `${partition}/${offset}`;
    letters.set(digest, withOrigin(letters.get(digest), origin));
    this.#hours.set(key, letters);
  }
}
