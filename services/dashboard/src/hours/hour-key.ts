import type { CoveredHour } from '../api/hour-questions.ts';

/** An hour of an environment as an address names it. */
export interface HourKey {
  readonly envId: string;
  readonly startMs: number;
}

export function keyOf({ env_id, hour }: Pick<CoveredHour, 'env_id' | 'hour'>): string {
  return writeKey({ envId: env_id, startMs: Date.parse(hour) });
}

export function writeKey({ envId, startMs }: HourKey): string {
  return `${new Date(startMs).toISOString().slice(0, 13)}Z@${envId}`;
}

/** `null` where a text names no hour. */
export function readKey(text: string): HourKey | null {
  const [, hour = '', envId = ''] = /^(\d{4}-\d{2}-\d{2}T\d{2})Z@(.+)$/.exec(text) ?? [];
  const startMs = Date.parse(`${hour}:00:00Z`);
  return Number.isNaN(startMs) ? null : { envId, startMs };
}
