import { dayMs } from './time-range.ts';

/** A topic as the pipeline needs it; the log's engines create it so. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly retentionMs?: number;
  readonly why: string;
}

/** Every topic of the pipeline, by its role. */
export const topics = {
  decisions: {
    name: 'custody.decisions.v1',
    partitions: 6,
    cleanup: 'delete',
    retentionMs: 7 * dayMs,
    why: 'Six consumers can share the work. A week outlives a long outage of the store; proven windows lead back to the source.',
  },
  grants: {
    name: 'custody.grants.v1',
    partitions: 1,
    cleanup: 'compact',
    why: 'One partition: its offset is the version of every attribution, and must be one number.',
  },
  windows: {
    name: 'custody.windows.v1',
    partitions: 1,
    cleanup: 'compact',
    why: 'A few records an hour and environment; the newest of each is the poller’s checkpoint, kept for ever.',
  },
  repairs: {
    name: 'custody.repairs.v1',
    partitions: 1,
    cleanup: 'compact',
    why: 'Requests are rare and idempotent; the newest of each hour is enough.',
  },
  evidence: {
    name: 'custody.evidence.v1',
    partitions: 1,
    cleanup: 'compact',
    why: 'Decisions whose detailed entry is still to be read; a key is deleted once it was, so that little stays.',
  },
  deadLetters: {
    name: 'custody.decisions.dead.v1',
    partitions: 1,
    cleanup: 'delete',
    retentionMs: 400 * dayMs,
    why: 'Few, and kept for longer than a year, so that a fix can still replay them; what became of one is noted behind it.',
  },
  alerts: {
    name: 'custody.alerts.v1',
    partitions: 1,
    cleanup: 'compact',
    why: 'Its order decides which of two outcomes of a look counts; a record is deleted once nothing needs it any more.',
  },
} as const satisfies Record<string, TopicDefinition>;

/** The consumers' group: its commits in the decisions topic say which decisions are stored. */
export const decisionsGroup = 'custody.consumer';
