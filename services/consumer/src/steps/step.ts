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

/** What a step makes of a record; `undefined` when it refused it, and then it said so. */
export function runStep<In extends FromRecord, Out>(
  step: Step<In, Out>,
  input: In,
  refuse: (refusal: Refusal) => void,
): Out | undefined {
  const result = step(input);
  if (result.outcome === 'kept') return result.value;
  refuse({ record: input.record, step: step.name, fault: result.fault, detail: result.detail });
  return undefined;
}
