import type { SeenLetter } from './dead-letter-view.ts';

/** A letter as machines read it. */
export function letterJson(letter: SeenLetter) {
  const { origin, attempt, state, envId, envName, hour, fault, step, detail, failedAt, bytes } = letter;
  return {
    ...{ origin, attempt, state, fault, step, detail, hour, bytes },
    env_id: envId,
    env_name: envName,
    failed_at: failedAt,
  };
}
