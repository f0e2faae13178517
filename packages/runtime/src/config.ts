import type { z } from 'zod';
import { CustodyError, errorKinds, isError } from './errors.ts';

export const configErrors = errorKinds({
  CONFIG_INVALID: {
    retriable: false,
    meaning: 'One or more settings are missing or wrong; the message lists all of them.',
    remedy: 'Correct the settings named in the message and start again.',
  },
});

/** Values as a process receives them: the environment, or an object like it. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Names whose value must not be repeated in a message. */
const secretName = /key|token|password|secret/i;

/** An environment variable set to nothing is a variable not set: `.env` files and compose files leave such lines. */
function withoutEmpty(variables: Variables): Record<string, string> {
  const entries = Object.entries(variables).filter((entry): entry is [string, string] => !!entry[1]?.trim());
  return Object.fromEntries(entries);
}

function describeFault(issue: z.core.$ZodIssue, variables: Variables): string {
  const name = issue.path.join('.');
  const value = variables[name];
  const shown = value === undefined || secretName.test(name) ? '' : ` (it is ${JSON.stringify(value)})`;
  return name === '' ? issue.message : `${name}: ${issue.message}${shown}`;
}

/** One `CONFIG_INVALID` that lists every fault. */
export function invalidConfig(faults: readonly string[], details: { readonly cause?: unknown } = {}): CustodyError {
  return new CustodyError(configErrors.CONFIG_INVALID, `The configuration is not usable:\n  ${faults.join('\n  ')}`, {
    ...details,
    fields: { faults },
  });
}

/** The faults that reading a configuration finds; none where it is usable. Throws what is no `CONFIG_INVALID`. */
export function faultsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (!isError(error, configErrors.CONFIG_INVALID)) throw error;
    const { faults } = error.fields;
    return Array.isArray(faults) ? faults.map(String) : [error.message];
  }
}

/**
 * Reads the variables that the schema names. Throws one `CONFIG_INVALID` that lists every fault; secrets are not
 * repeated in it.
 */
export function parseConfig<Schema extends z.ZodObject>(schema: Schema, variables: Variables): z.output<Schema> {
  const present = withoutEmpty(variables);
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw invalidConfig(parsed.error.issues.map((issue) => describeFault(issue, present)));
}
