import { describe, expect, test } from 'vitest';
import { toolLevelsOf } from '../src/tool-level.ts';
import { type Answer, clientOf, failureOf, fakeApi, withEnvironment } from './fake-api.ts';

/** A client over fixed answers per last part of the path, each page after the first empty. */
async function clientWith(answers: Record<string, unknown>) {
  const api = await fakeApi(
    withEnvironment((url): Answer => {
      const name = url.pathname.split('/').slice(5).join('/');
      const body = answers[name] ?? { data: [], total_count: 0 };
      return { body: Number(url.searchParams.get('page')) > 1 && Array.isArray(body) ? [] : body };
    }),
  );
  return { client: clientOf(api.url), requests: api.requests };
}

const hex = (digit: string) => digit.repeat(32);
const dashed = (digit: string) => hex(digit).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
const created_at = '2026-03-10T12:00:00.123456+00:00';
const assignment = {
  id: hex('a'),
  user: 'agent|a',
  role: 'linear-low',
  resource_instance: 'user_profile:alice',
  created_at,
};

describe('consents', () => {
  test.each([true, false])('are the trust roles on profiles, and nothing else (bare array: %s)', async (bare) => {
    const rows = [
      assignment,
      {
        ...assignment,
        id: hex('b'),
        role: 'my-linear-mcp-high',
        resource_instance: 'user_profile:a:b',
        created_at: null,
      },
      { ...assignment, id: hex('c'), role: 'owner', user: 'human|alice' },
      { ...assignment, id: hex('d'), role: 'linear-admin' },
      { ...assignment, id: hex('e'), role: 'low' },
      { ...assignment, id: hex('f'), role: '-low' },
      { ...assignment, id: hex('1'), resource_instance: 'document:photo' },
      { ...assignment, id: hex('2'), resource_instance: null },
    ];
    const { client, requests } = await clientWith({
      role_assignments: bare ? rows : { data: rows, total_count: rows.length },
    });
    const alice = { agentKey: 'agent|a', humanKey: 'human|alice', server: 'linear', level: 'low' };
    expect(await client.listConsents()).toEqual([
      { grantId: dashed('a'), ...alice, createdAt: '2026-03-10T12:00:00.123Z' },
      {
        grantId: dashed('b'),
        ...alice,
        humanKey: 'human|a:b',
        server: 'my-linear-mcp',
        level: 'high',
        createdAt: null,
      },
    ]);
    const params = requests.at(-1)?.searchParams;
    expect([params?.get('resource'), params?.get('per_page')]).toEqual(['user_profile', '1000']);
  });

  test('that cannot be read are an error, since a row left out would look like an end', async () => {
    const { client } = await clientWith({ role_assignments: [assignment, { ...assignment, user: 7 }] });
    expect(await failureOf(client.listConsents())).toMatchObject({ code: 'PERMIT_BAD_RESPONSE', retriable: true });
  });
});

describe('ceilings', () => {
  test.each([true, false])('are levels from a profile to a server’s own instance (bare array: %s)', async (bare) => {
    const tuple = {
      id: hex('a'),
      subject: 'user_profile:alice',
      relation: 'medium',
      object: 'linear:linear',
      created_at,
    };
    const rows = [
      tuple,
      { ...tuple, id: hex('b'), relation: 'owner' },
      { ...tuple, id: hex('c'), subject: 'team:alice' },
      { ...tuple, id: hex('d'), object: 'linear:other' },
      { ...tuple, id: hex('e'), object: 'linear' },
    ];
    const { client, requests } = await clientWith({
      relationship_tuples: bare ? rows : { data: rows, total_count: 5 },
    });
    expect(await client.listCeilings()).toEqual([
      ...[
        {
          grantId: dashed('a'),
          humanKey: 'human|alice',
          server: 'linear',
          level: 'medium',
          createdAt: '2026-03-10T12:00:00.123Z',
        },
      ],
    ]);
    const params = requests.at(-1)?.searchParams;
    expect([params?.get('subject_type'), params?.get('per_page')]).toEqual(['user_profile', '100']);
  });
});

describe('identities', () => {
  test('have names and addresses where Permit has them', async () => {
    const rows = [
      {
        id: hex('a'),
        key: 'human|alice',
        email: 'alice@acme.example',
        first_name: 'Alice',
        last_name: 'Archer',
        created_at,
      },
      { id: hex('b'), key: 'human|bob', email: null, first_name: 'Bob', last_name: '' },
      { id: hex('c'), key: 'agent|a', attributes: { client_name: 'Cursor' } },
      { id: hex('d'), key: 'agent|b', first_name: 7, attributes: { name: 7 } },
    ];
    const { client } = await clientWith({ users: { data: rows, total_count: 4 } });
    const listed = await client.listIdentities();
    expect(listed[0]).toEqual({
      ...{ grantId: 'human|alice', userKey: 'human|alice', name: 'Alice Archer', email: 'alice@acme.example' },
      createdAt: '2026-03-10T12:00:00.123Z',
    });
    expect(listed.map(({ name, email }) => [name, email]).slice(1)).toEqual([
      ['Bob', ''],
      ['Cursor', ''],
      ['', ''],
    ]);
  });
});

describe('tool levels', () => {
  const levelsOf = (roles: object) =>
    Object.fromEntries(toolLevelsOf('linear', roles as never).map(({ tool, level }) => [tool, level]));

  test('are the lowest whose permissions hold the tool, inherited or listed', () => {
    const roles = {
      low: { permissions: ['list', 'linear:get'] },
      medium: { permissions: ['create', 'list'], extends: ['low'] },
      high: { permissions: ['delete', 'create'], extends: ['medium'] },
      owner: { permissions: ['rename'] },
    };
    expect(levelsOf(roles)).toEqual({ list: 'low', get: 'low', create: 'medium', delete: 'high' });
  });

  test('leave out permissions of other resources, and end where roles go in circles', () => {
    expect(
      levelsOf({ low: { permissions: ['github:push'] }, high: { permissions: ['x'], extends: ['high', 'gone'] } }),
    ).toEqual({ x: 'high' });
    expect(
      levelsOf({ low: { permissions: null, extends: ['medium'] }, medium: { permissions: ['y'], extends: null } }),
    ).toEqual({ y: 'low' });
    expect(levelsOf({ owner: { permissions: ['rename'] } })).toEqual({});
  });

  test('come from the schema, with the roles asked for apart where it leaves them out', async () => {
    const { client, requests } = await clientWith({
      resources: [
        { id: hex('a'), key: 'linear', roles: { low: { key: 'low', permissions: ['list'] } } },
        { id: hex('b'), key: 'github', roles: null },
        { id: hex('c'), key: 'user_profile', roles: { owner: { key: 'owner', permissions: [] } } },
      ],
      'resources/github/roles': [{ key: 'high', permissions: ['github:push'], extends: [] }],
    });
    expect(await client.listToolLevels()).toEqual([
      { grantId: 'linear:list#low', server: 'linear', tool: 'list', level: 'low', createdAt: null },
      { grantId: 'github:push#high', server: 'github', tool: 'push', level: 'high', createdAt: null },
    ]);
    expect(requests.filter(({ pathname }) => pathname.endsWith('/roles'))).toHaveLength(1);
  });
});
