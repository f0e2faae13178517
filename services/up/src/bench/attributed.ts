import { attribute, GrantHistory } from '@custody/attribution';
import { type Decision, parseEntry } from '@custody/decision';
import type { DecisionRow } from '@custody/store';
import { entryBytes, firstDecisions } from './data.ts';
import { verify } from './measure.ts';
import { envName, grantRecords } from './world.ts';

/** Everything that is known of grants, each granted `renewals` times in a row. */
export function historyOf(envId: string, seed: number, renewals: number): GrantHistory {
  const history = new GrantHistory();
  for (const record of grantRecords(envId, seed, renewals)) history.apply(record);
  return history;
}

/** The decision as the pipeline reads it from its entry. */
export function understood(bytes: Uint8Array): Decision {
  const outcome = parseEntry(bytes);
  verify(outcome.outcome === 'kept', 'An entry of the benchmark was not understood.');
  return outcome.value;
}

/** An entry as the consumer stores it. */
export function attributedRow(bytes: Uint8Array, envId: string, history: GrantHistory): DecisionRow {
  const decision = understood(bytes);
  const attribution = attribute(decision, envId, history);
  const ingestedAtMs = decision.occurredAtMs + 60_000;
  return { decision: { envId, envName, decision, attribution, grantsPosition: 1, ingestedAtMs }, entryBytes: bytes };
}

/** The first rows of a year, ready to be stored. */
export function decisionRows(rows: number, seed: number, envId: string): DecisionRow[] {
  const history = historyOf(envId, seed, 1);
  return firstDecisions(rows, seed).map((made) => attributedRow(entryBytes(made, seed), envId, history));
}

/** The same rows in another environment, where they are other rows. */
export function inEnvironment(rows: readonly DecisionRow[], envId: string): DecisionRow[] {
  return rows.map(({ decision, ...row }) => ({ ...row, decision: { ...decision, envId } }));
}
