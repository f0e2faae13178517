import { expect, test } from 'vitest';
import { readPollerConfig } from '../src/config.ts';

const key = { PERMIT_API_KEY: 'secret-key' };

test('the documented defaults', () => {
  expect(readPollerConfig(key)).toMatchObject({
    PERMIT_API_URL: 'https://api.permit.io',
    CUSTODY_SOURCE_KIND: 'permit',
    CUSTODY_POLL_SECONDS: 5,
    CUSTODY_LATENESS_SECONDS: 900,
    CUSTODY_LOOKBACK_DAYS: 14,
    CUSTODY_REQUESTS_PER_MINUTE: 600,
    CUSTODY_FACTS_SECONDS: 60,
    CUSTODY_VERIFY_AFTER: [3_600_000, 86_400_000, 604_800_000],
  });
});

test('looks after closing are durations, or none', () => {
  const parse = (text: string) => readPollerConfig({ ...key, CUSTODY_VERIFY_AFTER: text }).CUSTODY_VERIFY_AFTER;
  expect(parse('2d,30m')).toEqual([1_800_000, 172_800_000]);
  expect(parse('never')).toEqual([]);
  expect(() => parse('1h 2h')).toThrow('CUSTODY_VERIFY_AFTER');
});

test('every fault is told at once, and no secret is repeated', () => {
  const variables = {
    CUSTODY_POLL_SECONDS: '0',
    PERMIT_API_URL: 'ftp://x',
    KAFKA_BROKERS: 'localhost',
    CUSTODY_SOURCE_KIND: 'demo',
  };
  const parse = () => readPollerConfig(variables);
  for (const name of [...Object.keys(variables), 'PERMIT_API_KEY']) expect(parse).toThrow(name);
  expect(() => readPollerConfig({ ...key, CUSTODY_LOOKBACK_DAYS: 'x' })).not.toThrow('secret-key');
});
