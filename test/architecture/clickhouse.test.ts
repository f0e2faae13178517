import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { schemaViews, systemTables } from '../../packages/embedded-clickhouse/src/guard/reader-objects.ts';
import { readerObjects } from '../../packages/store/src/reader-objects.ts';

const root = join(import.meta.dirname, '..', '..');
const settings = readFileSync(join(root, 'infra/clickhouse/users.d/custody.xml'), 'utf8');
const users = settings.slice(settings.indexOf('<users>'));

/** The section of a login; the logins stand eight blanks deep. */
const login = (name: string) => new RegExp(`^ {8}<${name}>$.*^ {8}</${name}>$`, 'ms').exec(users)?.[0] ?? '';
const grants = (name: string) =>
  [...login(name).matchAll(/<query>GRANT (.+) ON (\S+)<\/query>/g)].map(([, right, object]) => `${right} ON ${object}`);

test('the reader of a server reads what the reader of the embedded store reads', () => {
  const databases = new Set(schemaViews.map((view) => `${view.split('.')[0]}.*`));
  const objects = [...readerObjects, ...systemTables, ...databases];
  expect(grants('reader').toSorted()).toEqual(objects.map((object) => `SELECT ON ${object}`).sort());
});

test('the API’s login reads and writes only its own, the pipeline’s stays in our databases, and there is no login without a password', () => {
  const tables = ['tokens', 'token_uses', 'api_requests', 'alert_actions', 'alert_silences', 'alert_rules'];
  const own = tables.map((table) => `INSERT ON custody_internal.${table}`);
  const looked = ['SELECT ON system.parts', 'SELECT ON system.tables'];
  expect(grants('query')).toEqual(['SELECT ON custody.*', 'SELECT ON custody_internal.*', ...own, ...looked]);
  const ours = / ON custody(_internal)?\.\*$/;
  const others = grants('pipeline').filter((grant) => !ours.test(grant));
  // What statements of the store's package look at beyond what every login may see.
  const source = join(root, 'packages/store/src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
  const seen = new Set([...text.matchAll(/FROM (system\.\w+)/g)].map(([, table = '']) => table));
  for (const open of ['system.tables', 'system.databases', 'system.one']) seen.delete(open);
  expect(others).toEqual([...seen].sort().map((table) => `SELECT ON ${table}`));
  expect(grants('pipeline').join()).not.toMatch(/\b(ALL|USER|ROLE|DEFINER|IMPERSONATE)\b/);
  const names = [...users.matchAll(/^ {8}<(\w+)>$/gm)].map(([, name]) => name);
  expect(names).toEqual(['pipeline', 'query', 'reader']);
  expect(users).toContain('<default remove="remove"/>');
  for (const name of ['pipeline', 'query', 'reader']) {
    expect(login(name)).toContain(`<password from_env="${name.toUpperCase()}_PASSWORD" hide_in_preprocessed="true"/>`);
  }
});

test('no log of the server grows for ever', () => {
  const config = readFileSync(join(root, 'infra/clickhouse/config.d/custody.xml'), 'utf8');
  const kept = [...config.matchAll(/^ {4}<(\w+_log) replace="replace">(.*?)^ {4}<\/\1>$/gms)];
  const removed = [...config.matchAll(/^ {4}<(\w+_log) remove="remove"\/>$/gm)].map(([, name]) => name);
  expect(kept.map(([, name]) => name)).toEqual(['query_log', 'part_log', 'error_log', 'crash_log']);
  for (const [, name, section] of kept) {
    expect(section).toContain(`<table>${name}</table>`);
    expect(section).toMatch(/<ttl>event_date \+ INTERVAL (14|90) DAY DELETE<\/ttl>/);
  }
  // Those that grow with time alone or with every statement, and are on in a fresh server.
  const large = ['trace_log', 'text_log', 'metric_log', 'asynchronous_metric_log', 'processors_profile_log'];
  expect(removed).toEqual(expect.arrayContaining([...large, 'query_metric_log', 'query_views_log', 'latency_log']));
  // Each exactly once, and nothing of another form that the two patterns would pass over.
  expect([...config.matchAll(/<\w+_log /g)]).toHaveLength(kept.length + removed.length);
});

test('one release of the server: in compose and where tests start one', () => {
  const files = ['docker-compose.yml', 'packages/store/test/server.ts', 'packages/embedded-clickhouse/test/server.ts'];
  const named = files.map(
    (file) => /clickhouse\/clickhouse-server:[\d.]+/.exec(readFileSync(join(root, file), 'utf8'))?.[0],
  );
  expect(new Set(named).size).toBe(1);
});
