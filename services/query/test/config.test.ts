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

test('links to Permit lead where they are configured to, by http, and whatever a name says', () => {
  const link = (text: string) => parse({ CUSTODY_PERMIT_APP_URL: text }).CUSTODY_PERMIT_APP_URL;
  expect(parse({}).CUSTODY_PERMIT_APP_URL).toBe('https://app.permit.io');
  expect(link('none')).toBe(null);
  const whole = 'https://permit.example/acme/{environment}/{kind}s?user={key}';
  expect(link(whole)).toBe(whole);
  const wrong = [
    'javascript:{key}',
    'https://{key}.example',
    'https://a.example/{project}/{key}',
    'app.permit.io',
    'x',
  ];
  for (const text of [...wrong, 'https://a:b@c.example', 'https://a.example/{key']) {
    expect(() => link(text)).toThrow(/CUSTODY_PERMIT_APP_URL: must be .*\{key\}/);
  }
});

test('a short token and two tokens are refused without repeating them', () => {
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'hunter2' })).toThrow(/8 characters/);
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'hunter2' })).not.toThrow(/hunter2/);
  expect(() => parse({ CUSTODY_ADMIN_TOKEN: 'a-token-of-some-length', CUSTODY_ADMIN_TOKEN_FILE: '/x' })).toThrow(
    /unset one/,
  );
});
