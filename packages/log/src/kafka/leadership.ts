import { aborted, type Clock, isRetriable, type Logger, withRetry } from '@custody/runtime';
import { type LeaderTask, leadershipGroup, leadershipTopic, serveTerm } from '../leadership.ts';
import { createKafka, type KafkaConnection } from './connection.ts';
import { type Assignment, groupSession } from './group-session.ts';
import { stickyLeader } from './sticky-leader.ts';
import type { TopicAdmin } from './topic-admin.ts';

export interface LeadershipParts {
  readonly connection: KafkaConnection;
  readonly topics: TopicAdmin;
  readonly clock: Clock;
  readonly logger: Logger | undefined;
  readonly sessionTimeoutMs: number;
}

const longestPauseMs = 5_000;

/**
 * Terms of a leadership: one begins when the group's one partition is ours, and ends when it is another's, when the
 * broker has acknowledged no sign of life for the session time-out, or when the session is over.
 */
export class Terms {
  readonly #clock: Clock;
  readonly #sessionTimeoutMs: number;
  #memberId: string | undefined;
  #term: AbortController | undefined;
  #next = Promise.withResolvers<AbortSignal>();
  #aliveAtMs = 0;
  #silence: NodeJS.Timeout | undefined;

  constructor(clock: Clock, sessionTimeoutMs: number) {
    this.#clock = clock;
    this.#sessionTimeoutMs = sessionTimeoutMs;
  }

  get isLeading(): boolean {
    return this.#term !== undefined;
  }

  /** Resolves with the present term, or the next one. */
  get term(): Promise<AbortSignal> {
    return this.#term ? Promise.resolve(this.#term.signal) : this.#next.promise;
  }

  assigned(memberId: string, assignment: Assignment): void {
    this.alive();
    // The broker had forgotten who we were: another may have led in between.
    if (memberId !== this.#memberId) this.end();
    this.#memberId = memberId;
    const isOurs = assignment[leadershipTopic.name]?.includes(0) === true;
    if (!isOurs) this.end();
    else if (!this.#term) this.#begin();
  }

  alive(): void {
    this.#aliveAtMs = this.#clock.now();
  }

  end(): void {
    clearTimeout(this.#silence);
    this.#term?.abort();
    this.#term = undefined;
  }

  #begin(): void {
    this.#term = new AbortController();
    this.#next.resolve(this.#term.signal);
    this.#next = Promise.withResolvers();
    this.#watch();
  }

  #watch(): void {
    const leftMs = this.#aliveAtMs + this.#sessionTimeoutMs - this.#clock.now();
    if (leftMs <= 0) this.end();
    else this.#silence = setTimeout(() => this.#watch(), leftMs);
  }
}

/** Runs the task while this member holds the one partition; leaves the group only after the task has ended. */
export async function lead(parts: LeadershipParts, name: string, task: LeaderTask, signal: AbortSignal): Promise<void> {
  const { connection, topics, clock, logger, sessionTimeoutMs } = parts;
  const terms = new Terms(clock, sessionTimeoutMs);
  const ending = new AbortController();
  const options = {
    group: leadershipGroup(name),
    topics: [leadershipTopic.name],
    sessionTimeoutMs,
    assigner: stickyLeader(() => terms.isLeading),
    eachBatch: async () => undefined,
    onJoined: (memberId: string, assignment: Assignment) => terms.assigned(memberId, assignment),
    onAlive: () => terms.alive(),
  };
  const session = async () => {
    await topics.ensure([leadershipTopic], {});
    await groupSession({ kafka: createKafka(connection, logger), ...options }, ending.signal).finally(() =>
      terms.end(),
    );
  };
  const onRetry = (err: unknown, attempt: number) => {
    if (attempt === 1) logger?.warn({ err, leader: name }, 'waiting for Kafka');
  };
  const member = withRetry(session, { signal: ending.signal, maxDelayMs: longestPauseMs, onRetry });
  member.catch(() => undefined);
  try {
    const serving = serve(terms, task, signal, logger);
    serving.catch(() => undefined);
    await Promise.race([serving, member]);
    await serving;
  } finally {
    ending.abort();
    await member.catch((error: unknown) => {
      if (!isRetriable(error)) throw error;
    });
  }
}

async function serve(terms: Terms, task: LeaderTask, signal: AbortSignal, logger: Logger | undefined): Promise<void> {
  const stopped = aborted(signal).then(() => undefined);
  while (!signal.aborted) {
    const term = await Promise.race([terms.term, stopped]);
    if (term) await serveTerm(task, term, signal, logger);
  }
}
