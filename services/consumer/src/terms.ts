import { randomUUID } from 'node:crypto';
import { minuteMs } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import type { StoreClient, Terms } from '@custody/store';
import type { Patience } from './patience.ts';
import { unlessForbidden } from './unless-forbidden.ts';

/** Terms of leaders of some work on what is stored: what one of them writes has an effect in its own term only. */
export interface TermStore {
  /** Begins a term: writes of others have no effect from then on, but those under way. */
  beginTerm(term: string, signal: AbortSignal): Promise<void>;
  /** Whether it is the newest term. */
  isTerm(term: string, signal: AbortSignal): Promise<boolean>;
  /** Whether a leader, whichever, has something under way. */
  isWriting(signal: AbortSignal): Promise<boolean>;
}

export function clickhouseTerms(client: StoreClient, terms: Terms): TermStore {
  return {
    beginTerm: (term, signal) => terms.begin(client, term, { signal }),
    isTerm: (term, signal) => terms.isNewest(client, term, { signal }),
    isWriting: (signal) => unlessForbidden(false, terms.isWriting(client, { signal })),
  };
}

export interface TermParts {
  readonly store: TermStore;
  readonly patiently: Patience;
  readonly clock: Clock;
}

const lookAgainMs = 100;
/** The longest a leader's statement may take; the store ends it then, whether its client is there or not. */
export const mostStatementMs = 10 * minuteMs;
/** One that is there still hangs, and is not waited for any longer. */
const mostWaitMs = mostStatementMs + minuteMs;

/**
 * Begins a term and returns it. What a leader before this one has under way may still land, so it is waited for; what
 * that one begins from now on has no effect.
 */
export async function newTerm({ store, patiently, clock }: TermParts, signal: AbortSignal): Promise<string> {
  const term = randomUUID();
  await patiently('begin a term', signal, () => store.beginTerm(term, signal));
  const lastMs = clock.now() + mostWaitMs;
  while (await patiently('wait for writes', signal, () => store.isWriting(signal))) {
    if (signal.aborted || clock.now() > lastMs) break;
    await clock.sleep(lookAgainMs, signal);
  }
  return term;
}
