import { expect, test } from 'vitest';
import { z } from 'zod';
import { CustodyError, commonVariables, parseConfig, wholeNumber } from '../src/index.ts';

const schema = z.object({
  PORT: wholeNumber(1, 65_535).default(80),
  URL: z.url('must be an address'),
  API_KEY: z.string('is needed').startsWith('permit_', 'must start with permit_'),
});

function faultsOf(variables: Record<string, string | undefined>): string {
  try {
    parseConfig(schema, variables);
  } catch (error) {
    if (error instanceof CustodyError) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

test('all faults of a configuration are reported together, each with its name, the rule and the value', () => {
  const message = faultsOf({ PORT: '99999', URL: 'nowhere' });
  expect(message).toContain('PORT: must be a whole number from 1 to 65535 (it is "99999")');
  expect(message).toContain('URL: must be an address (it is "nowhere")');
  expect(message).toContain('API_KEY: is needed');
});

test('a wrong secret is named but not repeated', () => {
  const message = faultsOf({ URL: 'http://a', API_KEY: 'hunter2' });
  expect(message).toContain('API_KEY: must start with permit_');
  expect(message).not.toContain('hunter2');
});

test('an empty variable is a variable not set', () => {
  expect(parseConfig(schema, { PORT: ' ', URL: 'http://a', API_KEY: 'permit_x' }).PORT).toBe(80);
});

test('defaults need no variables at all', () => {
  expect(parseConfig(commonVariables, {})).toMatchObject({ LOG_LEVEL: 'info', CUSTODY_ADMIN_HOST: '127.0.0.1' });
});
