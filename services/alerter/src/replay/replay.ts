import { CustodyError } from '@custody/runtime';
import { readAlertLook, readAlertTransition, type StoreClient } from '@custody/store';
import { alerterErrors } from '../errors.ts';
import { isSame, type JudgedLook, judgeAgain } from '../judge/recorded-look.ts';

/** A past judgement beside what comes of it now. */
export interface Replayed {
  readonly transitionId: string;
  readonly title: string;
  /** As it is on record. */
  readonly recorded: readonly string[];
  /** As this version judges the same. */
  readonly judged: readonly string[];
  /** To the last field. */
  readonly isSame: boolean;
}

const shown = ({ kind, sentence }: { readonly kind: string; readonly sentence: string }) => `${kind}: ${sentence}`;

/**
 * Judges once more what led to a step in the life of an alert. Throws `ALERTER_NOTHING_TO_REPLAY` where the step is not known,
 * or what it rested on is not there any more; `STORE_*`.
 */
export async function replay(client: StoreClient, transitionId: string): Promise<Replayed> {
  const found = await readAlertTransition(client, transitionId);
  if (found === null) throw nothing(`There is no step ${transitionId} of an alert`);
  const input = found.lookId === null ? null : await readAlertLook(client, found.lookId);
  if (input === null) throw nothing(`Nothing that can be judged again led to ${transitionId}`);
  const look = JSON.parse(input) as JudgedLook;
  const judged = judgeAgain(look);
  return {
    transitionId,
    title: found.transition.title,
    recorded: look.transitions.map(shown),
    judged: judged.map(shown),
    isSame: isSame(look.transitions, judged),
  };
}

function nothing(message: string): CustodyError {
  return new CustodyError(alerterErrors.ALERTER_NOTHING_TO_REPLAY, message);
}
