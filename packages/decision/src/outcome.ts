/** Why an entry became a dead letter; the tag is the same in headers, log lines, metric labels and tests. */
export const faults = [
  'not_utf8',
  'not_json',
  'not_an_object',
  'invalid_id',
  'invalid_timestamp',
  'invalid_field',
  'missing_header',
  'conflicting_entry',
] as const;
export type Fault = (typeof faults)[number];

/** How a record ended: with a value for the next step, or as a dead letter with its reason. */
export type Outcome<T> =
  | { readonly outcome: 'kept'; readonly value: T }
  | { readonly outcome: 'deadLettered'; readonly fault: Fault; readonly detail: string };

export function kept<T>(value: T): Outcome<T> {
  return { outcome: 'kept', value };
}

export function deadLettered(fault: Fault, detail: string): Outcome<never> {
  return { outcome: 'deadLettered', fault, detail };
}
