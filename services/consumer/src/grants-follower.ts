import { GrantHistory } from '@custody/attribution';
import { grantRecord, topics } from '@custody/decision';
import type { Follower, Log } from '@custody/log';
import type { Logger } from '@custody/runtime';
import type { ConsumerMetrics } from './metrics.ts';
import { createValueReader } from './value-reader.ts';

/** What is known of grants, and up to where: read both in one turn of the event loop, and they belong together. */
export interface GrantKnowledge {
  readonly history: GrantHistory;
  /** Offset after the last record applied: the version of every attribution made with this history. */
  readonly position: number;
}

export interface GrantsFollowerParts {
  readonly log: Pick<Log, 'follow'>;
  readonly logger: Logger;
  readonly metrics: ConsumerMetrics;
}

/** Reads the grants topic from its beginning into a history, and goes on as grants change. */
export function followGrants({ log, logger, metrics }: GrantsFollowerParts): GrantKnowledge & Follower {
  const topic = topics.grants.name;
  const readValue = createValueReader(grantRecord, { topic, logger, metrics });
  const history = new GrantHistory();
  let position = 0;
  const follower = log.follow({
    topic,
    onRecords: (records) => {
      for (const record of records) {
        const grant = readValue(record);
        if (grant !== null) history.apply(grant);
        position = record.offset + 1;
      }
      metrics.grantsPosition.set(position);
    },
  });
  return {
    history,
    get position() {
      return position;
    },
    caughtUp: follower.caughtUp,
    done: follower.done,
    stop: () => follower.stop(),
  };
}
