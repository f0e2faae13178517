import { createHash } from 'node:crypto';
import { type DecisionHeaders, formatTimestamp, hourOf, parseEntry, topics } from '@custody/decision';
import type { Log, NewRecord } from '@custody/log';
import type { ListedEntry } from '@custody/permit';
import type { Patience } from '@custody/runtime';
import type { EvidenceJudge, HandedDecision } from './evidence-judge.ts';
import type { HandedOn } from './handed-on.ts';
import type { PollerMetrics } from './metrics.ts';
import type { EnvironmentName } from './source.ts';
import type { SourceTime } from './source-time.ts';

export type Mode = DecisionHeaders['custody-mode'];

/** An entry with the name by which it is counted, and the time by which it belongs to a window. */
export interface IdentifiedEntry {
  readonly bytes: Uint8Array;
  /** The decision's id; for an entry that has none, the hash of its bytes. */
  readonly identity: string;
  /** `null` for an entry that has no readable time: it belongs to the window that it was listed for. */
  readonly occurredAtMs: number | null;
}

export function identify({ bytes, id, occurredAtMs }: ListedEntry): IdentifiedEntry {
  return { bytes, occurredAtMs, identity: id ?? `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

export interface HandOverOptions {
  readonly log: Log;
  readonly env: EnvironmentName;
  readonly time: SourceTime;
  readonly handedOn: HandedOn;
  readonly metrics: PollerMetrics;
  readonly patiently: Patience;
  /** Told of the caller of each fresh decision, after it is in the log. */
  readonly onCaller?: (userKey: string) => void;
  /** Told of the fresh decisions once they are in the log; they are remembered as handed on when it resolves. */
  readonly owe?: EvidenceJudge['judge'];
}

export interface HandOverRequest {
  readonly entries: readonly IdentifiedEntry[];
  readonly mode: Mode;
  /** Start of the window being read: where an entry without a time of its own belongs. */
  readonly windowFromMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Puts listed entries into the log, bytes verbatim, each once as far as memory reaches. */
export class HandOver {
  readonly #options: HandOverOptions;

  constructor(options: HandOverOptions) {
    this.#options = options;
  }

  /**
   * Resolves when every entry is durable, with how many of them were not handed on before. A crash in the middle costs
   * that they are handed on again, since an id is remembered only after the append.
   */
  async handOver({ entries, mode, windowFromMs, signal }: HandOverRequest): Promise<number> {
    const { log, time, handedOn, metrics, patiently, onCaller, owe, env } = this.#options;
    const fresh = entries.filter((entry) => !handedOn.has(entry.identity, entry.occurredAtMs));
    if (fresh.length === 0) return 0;
    const readAt = formatTimestamp(time.tellMs());
    const callers = new Set<string>();
    const decisions: HandedDecision[] = [];
    const records = fresh.map((entry): NewRecord => {
      const parsed = parseEntry(entry.bytes);
      const caller = parsed.outcome === 'kept' ? parsed.value.agentKey : '';
      if (caller !== '') callers.add(caller);
      const headers: DecisionHeaders = {
        'custody-env-id': env.id,
        'custody-env-name': env.name,
        'custody-hour': formatTimestamp(hourOf(entry.occurredAtMs ?? windowFromMs)),
        'custody-read-at': readAt,
        'custody-mode': mode,
      };
      const key = caller === '' ? entry.identity : caller;
      if (parsed.outcome === 'kept') decisions.push({ decision: parsed.value, bytes: entry.bytes, key });
      return { key, value: entry.bytes, headers };
    });
    await patiently('append decisions', signal, () => log.append(topics.decisions.name, records));
    await owe?.(decisions, mode === 'live', signal);
    for (const { identity, occurredAtMs } of fresh) handedOn.add(identity, occurredAtMs);
    metrics.handedOn(mode, fresh.length, newestOf(fresh));
    if (mode === 'live') for (const caller of callers) onCaller?.(caller);
    return fresh.length;
  }
}

function newestOf(entries: readonly IdentifiedEntry[]): number {
  return entries.reduce((newest, { occurredAtMs }) => Math.max(newest, occurredAtMs ?? 0), 0);
}
