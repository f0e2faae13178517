import {
  carriesEvidence,
  type Decision,
  type EvidenceOwed,
  type EvidenceReason,
  formatTimestamp,
  minuteMs,
  principalKind,
} from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { EvidenceList } from './evidence-list.ts';
import type { FactMemory } from './known-facts.ts';
import type { EnvironmentName } from './source.ts';

/** A decision that was put into the log, as it was listed. */
export interface HandedDecision {
  readonly decision: Decision;
  readonly bytes: Uint8Array;
  /** Of its record. */
  readonly key: string;
}

export interface EvidenceJudgeOptions {
  readonly list: Pick<EvidenceList, 'add'>;
  readonly memory: Pick<FactMemory, 'namesSeveralHumans'>;
  readonly env: EnvironmentName;
  readonly clock: Clock;
}

interface Undecided {
  readonly handed: Omit<HandedDecision, 'bytes'>;
  readonly sinceMs: number;
}

/** Consents are listed every minute: a second human's is known by then. */
const undecidedMs = 10 * minuteMs;
const mostUndecided = 20_000;

/**
 * Tells whose detailed entry is to be read: denials, and decisions of agents whose consents name more than one human,
 * where the listed entry lacks the debug output.
 */
export class EvidenceJudge {
  readonly #options: EvidenceJudgeOptions;
  /**
   * Fresh decisions of agents of one human, as far as is known: a consent that was given just before may be listed after.
   * Memory only, since a poller that starts again hands on once more what is as young as this.
   */
  readonly #undecided = new Map<string, Undecided>();

  constructor(options: EvidenceJudgeOptions) {
    this.#options = options;
  }

  /** Resolves when what they owe is durable. */
  async judge(all: readonly HandedDecision[], isLive: boolean, signal?: AbortSignal): Promise<void> {
    const owed: EvidenceOwed[] = [];
    for (const { decision, bytes, key } of all) {
      const reason = this.#reasonOf(decision);
      const mayBecome = isLive && principalKind(decision.agentKey) === 'agent';
      if ((reason === null && !mayBecome) || carriesEvidence(bytes)) continue;
      if (reason !== null) owed.push(this.#owed(decision, key, reason));
      else this.#remember({ decision, key });
    }
    await this.#options.list.add(owed, signal);
  }

  /** Looks at the undecided again, with the consents known by now. */
  async judgeAgain(signal?: AbortSignal): Promise<void> {
    const { list, clock } = this.#options;
    const nowMs = clock.now();
    const owed: EvidenceOwed[] = [];
    for (const [id, { handed, sinceMs }] of this.#undecided) {
      const reason = this.#reasonOf(handed.decision);
      if (reason !== null) owed.push(this.#owed(handed.decision, handed.key, reason));
      else if (nowMs < sinceMs + undecidedMs) continue;
      if (reason === null) this.#undecided.delete(id);
    }
    await list.add(owed, signal);
    for (const { decision_id } of owed) this.#undecided.delete(decision_id);
  }

  #reasonOf({ verdict, agentKey }: Decision): EvidenceReason | null {
    if (verdict === 'deny') return 'denied';
    return this.#options.memory.namesSeveralHumans(agentKey) ? 'several_humans' : null;
  }

  #owed({ id, occurredAtMs }: Decision, key: string, reason: EvidenceReason): EvidenceOwed {
    const { env } = this.#options;
    return {
      env_id: env.id,
      decision_id: id,
      occurred_at: formatTimestamp(occurredAtMs),
      record_key: key,
      reason,
    };
  }

  #remember(handed: Undecided['handed']): void {
    this.#undecided.set(handed.decision.id, { handed, sinceMs: this.#options.clock.now() });
    if (this.#undecided.size <= mostUndecided) return;
    const [oldest] = this.#undecided.keys();
    if (oldest !== undefined) this.#undecided.delete(oldest);
  }
}
