import type { Outcome } from '@custody/decision';
import type { LogRecord } from '@custody/log';

/** Looks at one record; the function's name is the step's name in headers and metrics. */
export type Step<In, Out> = (input: In) => Outcome<Out>;

/** What every step's input still knows: the record as it was read. */
export interface FromRecord {
  readonly record: LogRecord;
}

/** A record that a step refused, and why. */
export interface Refusal extends FromRecord {
  readonly step: string;
  readonly fault: Extract<Outcome<never>, { outcome: 'deadLettered' }>['fault'];
  readonly detail: string;
}

/** A batch after a step: what goes on to the next one, and what does not. */
export interface Sorted<Out> {
  readonly kept: readonly Out[];
  readonly refused: readonly Refusal[];
}

/** Runs a step over a batch, in order. */
export function runStep<In extends FromRecord, Out>(step: Step<In, Out>, inputs: readonly In[]): Sorted<Out> {
  const kept: Out[] = [];
  const refused: Refusal[] = [];
  for (const input of inputs) {
    const result = step(input);
    if (result.outcome === 'kept') kept.push(result.value);
    else refused.push({ record: input.record, step: step.name, fault: result.fault, detail: result.detail });
  }
  return { kept, refused };
}
