import { type AlertTransition, endsAlert, severities } from '@custody/decision';
import type { Channel } from './channel.ts';

/** Why a channel is not told of a transition, as delivery records have it. */
export type SkipReason = 'below_min_severity' | 'kind_not_wanted' | 'superseded' | 'over';

/** Receivers that keep a state of their own: an older transition would undo a newer one there. */
function keepsState({ kind }: Channel): boolean {
  return kind === 'pagerduty' || kind === 'alertmanager';
}

/**
 * Whether a channel wants a transition: `null`, or why it does not. `had` is the highest sequence of the alert that it was
 * told. An end is wanted wherever something was told, whatever its severity.
 */
export function reasonToSkip(transition: AlertTransition, channel: Channel, had: number): SkipReason | null {
  if (keepsState(channel) && had > transition.sequence) return 'superseded';
  // Who keeps a state has none of it any more, and would open or end it again; who was told nothing has nothing to correct.
  if (transition.kind === 'changed' && (keepsState(channel) || had === 0)) return 'over';
  // Whoever keeps an incident for it has to close it; to people the alert that it is part of now says as much.
  const isWanted = transition.kind === 'merged' ? keepsState(channel) : channel.kinds.includes(transition.kind);
  if (!isWanted) return 'kind_not_wanted';
  if (endsAlert(transition) && had > 0) return null;
  const isSevere = severities.indexOf(transition.severity) >= severities.indexOf(channel.minSeverity);
  return isSevere ? null : 'below_min_severity';
}
