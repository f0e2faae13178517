import type { TopicDifference } from './log.ts';

/** A topic that is not there, where none is to be created. */
export function absence(topic: string): TopicDifference {
  return { topic, property: 'existence', expected: 'present', actual: 'absent' };
}
