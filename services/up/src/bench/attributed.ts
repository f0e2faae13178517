import { attribute, GrantHistory } from '@custody/attribution';
import { type Decision, parseEntry } from '@custody/decision';
import type { DecisionRow } from '@custody/store';
import { type BenchDecision, entryBytes, firstDecisions } from './data.ts';
import { verify } from './measure.ts';
import { envName, grantRecords } from './world.ts';

/** Everything that is known of grants, each granted `renewals` times in a row. */
export function historyOf(envId: string, seed: number, renewals: number): GrantHistory {
  const history = new GrantHistory();
  for (const record of grantRecords(envId, seed, renewals)) history.apply(record);
  return history;
}

/** The decision as the pipeline reads it from its entry. */
export function parsed(decision: BenchDecision, seed: number): { decision: Decision; entryBytes: Uint8Array } {
  const bytes = entryBytes(decision, seed);
  const outcome = parseEntry(bytes);
  verify(outcome.outcome === 'kept', 'An entry of the benchmark was not understood.');
  return { decision: outcome.value, entryBytes: bytes };
}

/** The first rows of a year, ready to be stored. */
export function decisionRows(rows: number, seed: number, envId: string): DecisionRow[] {
  const history = historyOf(envId, seed, 1);
  return firstDecisions(rows, seed).map((made) => {
    const { decision, entryBytes: bytes } = parsed(made, seed);
    const attribution = attribute(decision, envId, history);
    const ingestedAtMs = decision.occurredAtMs + 60_000;
    return { decision: { envId, envName, decision, attribution, grantsPosition: 1, ingestedAtMs }, entryBytes: bytes };
  });
}

/** The same rows in another environment, where they are other rows. */
export function inEnvironment(rows: readonly DecisionRow[], envId: string): DecisionRow[] {
  return rows.map(({ decision, ...row }) => ({ ...row, decision: { ...decision, envId } }));
}
