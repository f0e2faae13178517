import { type Logger, withRetry } from '@custody/runtime';
import type { Batch, ConsumeOptions, DataGap } from '../log.ts';
import type { Assignment, GroupMember } from './group-session.ts';
import type { TopicAdmin } from './topic-admin.ts';

export interface DataGapsParts {
  readonly topics: TopicAdmin;
  readonly logger: Logger | undefined;
}

const longestPauseMs = 2_000;

/**
 * Finds records that were deleted before the group read them. kafkajs resets an offset that is out of range and says
 * nothing to the program: so the committed offsets are compared with the partitions' starts at each join, and each
 * batch with where the one before it ended.
 */
export class DataGaps {
  readonly #parts: DataGapsParts;
  readonly #options: Pick<ConsumeOptions, 'group' | 'onDataGap'>;
  /** Next offset by "topic/partition", for what is assigned. */
  readonly #expected = new Map<string, number>();
  #looks = 0;
  #isLooking = false;

  constructor(parts: DataGapsParts, options: Pick<ConsumeOptions, 'group' | 'onDataGap'>) {
    this.#parts = parts;
    this.#options = options;
  }

  /** True from a new assignment until it has been looked at. */
  get isLooking(): boolean {
    return this.#isLooking;
  }

  /**
   * Looks at what the group has committed of a new assignment. Nothing may be fetched meanwhile: kafkajs would overwrite
   * a committed offset that is out of range. False where a later assignment has overtaken this one.
   */
  async look(assignment: Assignment, member: GroupMember, signal: AbortSignal): Promise<boolean> {
    this.#looks += 1;
    const number = this.#looks;
    this.#isLooking = true;
    this.#expected.clear();
    const look = async () => {
      for (const [topic, partitions] of Object.entries(assignment)) await this.#lookAt(topic, partitions, member);
    };
    await withRetry(look, { signal, maxDelayMs: longestPauseMs }).catch((err: unknown) => {
      if (!signal.aborted) this.#parts.logger?.warn({ err }, 'could not look for a gap in the log');
    });
    if (number !== this.#looks) return false;
    this.#isLooking = false;
    return true;
  }

  /** Looks at a batch that does not begin where the one before it ended. */
  async check({ topic, partition, records }: Batch): Promise<void> {
    const expected = this.#expected.get(`${topic}/${partition}`);
    const first = records[0]?.offset ?? 0;
    if (expected === undefined || first <= expected) return;
    const offsets = await this.#parts.topics.offsetsOf(topic);
    const firstOffset = offsets.get(partition)?.firstOffset ?? expected;
    // Otherwise compaction took the records: what they said is in a later one.
    if (firstOffset > expected) this.#report({ topic, partition, committedOffset: expected, firstOffset });
  }

  advanced({ topic, partition, records }: Batch): void {
    this.#expected.set(`${topic}/${partition}`, (records.at(-1)?.offset ?? 0) + 1);
  }

  async #lookAt(topic: string, partitions: readonly number[], member: GroupMember): Promise<void> {
    if (partitions.length === 0) return;
    const { topics } = this.#parts;
    const [offsets, committed] = await Promise.all([
      topics.offsetsOf(topic),
      topics.committedOf(this.#options.group, topic),
    ]);
    for (const partition of partitions) {
      const firstOffset = offsets.get(partition)?.firstOffset ?? 0;
      const committedOffset = committed.get(partition);
      this.#expected.set(`${topic}/${partition}`, Math.max(firstOffset, committedOffset ?? 0));
      if (committedOffset === undefined || committedOffset >= firstOffset) continue;
      this.#report({ topic, partition, committedOffset, firstOffset });
      // Reported once: the group goes on from the start, also where nothing is left to read there.
      await member.commitOffsets([{ topic, partition, offset: String(firstOffset) }]);
    }
  }

  #report(gap: DataGap): void {
    this.#options.onDataGap?.(gap);
  }
}
