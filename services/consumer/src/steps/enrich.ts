import { parseEntry } from '@custody/decision';
import type { ConsumerStore } from '../consumer-store.ts';
import type { Patience } from '../patience.ts';
import type { ValidEntry } from './validate.ts';

/** Gives each listed entry the decision of its detailed one, where that is known. */
export type Enrich = (entries: readonly ValidEntry[], signal: AbortSignal) => Promise<ValidEntry[]>;

export interface EnrichParts {
  readonly store: Pick<ConsumerStore, 'readDetails'>;
  readonly patiently: Patience;
}

function placeOf({ headers, decision: { id, occurredAtMs } }: ValidEntry) {
  return { envId: headers['custody-env-id'], id, occurredAtMs };
}

function keyOf(entry: ValidEntry): string {
  const { envId, id } = placeOf(entry);
  return `${envId}/${id}`;
}

/**
 * A listed entry that comes after the detailed one (a replay, a late window) tells nothing new but brings newer knowledge
 * of grants: it is attributed by the evidence of the detail, so that neither is lost. Details are looked for in the batch
 * and in the store; one that another consumer stores in the same moment wins by the row's version alone.
 */
export function createEnrich({ store, patiently }: EnrichParts): Enrich {
  return async function enrich(entries, signal) {
    const listed = entries.filter(({ isDetail }) => !isDetail);
    if (listed.length === 0) return [...entries];
    const places = listed.map(placeOf);
    const stored = await patiently('look for details', signal, () => store.readDetails(places, signal));
    const details = new Map(entries.filter(({ isDetail }) => isDetail).map((entry) => [keyOf(entry), entry.decision]));
    return entries.map((entry): ValidEntry => {
      if (entry.isDetail) return entry;
      const bytes = stored.get(keyOf(entry));
      const known = bytes === undefined ? undefined : parseEntry(bytes);
      const decision = details.get(keyOf(entry)) ?? (known?.outcome === 'kept' ? known.value : undefined);
      if (decision === undefined || decision.occurredAtMs !== entry.decision.occurredAtMs) return entry;
      return { ...entry, decision, hasDetail: true };
    });
  };
}
