import { type AlertTransition, toldKinds } from '@custody/decision';
import type { Logger } from '@custody/runtime';
import { alertLine } from '../delivery/format/transition-words.ts';

/** One line of the service's log for each step that is told, whatever channels there are. */
export function sayOnTerminal(logger: Logger, transition: AlertTransition): void {
  const { kind, severity, alertId, transitionId, silencedBy } = transition;
  if (!toldKinds.includes(kind) || silencedBy.length > 0) {
    logger.debug({ alertId, transitionId, kind, silencedBy }, 'a step that nobody is told of');
    return;
  }
  logger.warn({ alert: { kind, severity, alertId, transitionId } }, `ALERT ${alertLine(transition)}`);
}
