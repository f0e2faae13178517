import type { AlertTransition, TickRecord } from '@custody/decision';

/**
 * Of the ticks that count, those that the next one has to keep, by their ids: what holds transitions that somebody may still
 * need, and what is not copied to the store yet.
 */
export function keptTicks(
  accepted: readonly TickRecord[],
  isNeeded: (transition: AlertTransition) => boolean,
  isCopied: (tick: TickRecord) => boolean,
): string[] {
  const isKept = (tick: TickRecord) =>
    tick.transitions.length > 0 && (!isCopied(tick) || tick.transitions.some(({ transition }) => isNeeded(transition)));
  return accepted.filter(isKept).map(({ id }) => id);
}
