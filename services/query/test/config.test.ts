import { parseConfig } from '@custody/runtime';
import { expect, test } from 'vitest';
import { queryVariables } from '../src/config.ts';

const parse = (variables: Record<string, string>) => parseConfig(queryVariables, variables);

test('loopback needs no token; anything wider does', () => {
  expect(parse({}).CUSTODY_HTTP_PORT).toBe(4800);
  expect(() => parse({ CUSTODY_HTTP_HOST: '0.0.0.0' })).toThrow(/CUSTODY_HTTP_HOST: .*CUSTODY_ADMIN_TOKEN/);
  expect(parse({ CUSTODY_HTTP_HOST: '::', CUSTODY_ADMIN_TOKEN: 'a-token-of-some-length' }).CUSTODY_HTTP_HOST).toBe(
    '::',
  );
});

test('a short token and two tokens are refused without repeating them', () => {
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'hunter2' })).toThrow(/8 characters/);
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'hunter2' })).not.toThrow(/hunter2/);
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'a-token-of-some-length', CUSTODY_ADMIN_TOKEN_FILE: '/x' })).toThrow(
    /unset one/,
  );
});
