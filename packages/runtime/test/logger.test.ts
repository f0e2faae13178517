import { expect, test } from 'vitest';
import { CustodyError, createLogger, errorKinds } from '../src/index.ts';

const kinds = errorKinds({ TEST_FAILED: { retriable: false, meaning: 'm', remedy: 'r' } });
const secret = 'permit_key_abcDEF123456';

function linesOf(write: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger({ service: 'test', destination: { write: (line) => void lines.push(line) } }));
  return lines.join('');
}

test.each([
  ['a field by name', { apiKey: secret }],
  ['a nested header', { request: { headers: { authorization: `Bearer ${secret}` } } }],
  ['an error text', { err: new Error(`GET failed with ${secret}`) }],
  ['the cause of an error', { err: new Error('outer', { cause: new Error(`inner ${secret}`) }) }],
  ['an error of ours', { err: new CustodyError(kinds.TEST_FAILED, `key ${secret} refused`) }],
])('no secret reaches a log line: %s', (_where, fields) => {
  const text = linesOf((logger) => logger.error(fields, 'failed'));
  expect(text).toContain('failed');
  expect(text).not.toContain(secret);
});

test('no secret reaches a log line: a message, and a URL with a password in it', () => {
  const token = `custody_tk_${'aB3-_'.repeat(8)}xyz`;
  const text = linesOf((logger) => logger.info(`using ${secret}, ${token} at http://custody:hunter22@127.0.0.1:8123/`));
  expect(text).not.toContain(secret);
  expect(text).not.toContain('aB3-_');
  expect(text).not.toContain('hunter22');
  expect(text).toContain('127.0.0.1:8123');
});

test.each([
  ['a text', `could not reach ${secret}`],
  ['nothing', undefined],
  ['null', null],
  ['an object that is no error', { code: 7 }],
  ['an error whose message was taken away', Object.assign(new Error('x'), { message: undefined })],
])('whatever stands where an error is expected, the line is written: %s', (_what, err) => {
  const text = linesOf((logger) => logger.error({ err }, 'failed'));
  expect(text).toContain('failed');
  expect(text).not.toContain(secret);
});

test('a line names its service and its level as a word', () => {
  expect(JSON.parse(linesOf((logger) => logger.info({ rows: 3 }, 'stored')))).toMatchObject({
    service: 'test',
    level: 'info',
    rows: 3,
    msg: 'stored',
  });
});
