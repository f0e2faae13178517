import { describe, expect, test, vi } from 'vitest';
import { type Answer, apiKey, clientOf, failureOf, fakeApi } from './fake-api.ts';

const orgId = '47b37e40e1094a2580fc6589ad24fec5';
const projects = [
  { id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1', key: 'gateway', name: 'Gateway' },
  { id: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2', key: 'other', name: 'Other' },
];
const envs: Record<string, object[]> = {
  gateway: [
    { id: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1', key: 'prod', name: 'Production' },
    { id: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb2', key: 'dev', name: null },
  ],
  other: [{ id: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb3', key: 'only', name: 'Only' }],
};

interface Account {
  readonly scope: object;
  readonly projects?: typeof projects;
  /** What the key may not read is 403. */
  readonly mayRead?: (path: string) => boolean;
  readonly paginated?: boolean;
}

/** Permit's account endpoints over the two projects above. */
function accountOf({ scope, projects: seen = projects, mayRead = () => true, paginated = false }: Account) {
  const listed = (rows: object[]) => ({ body: paginated ? { data: rows, total_count: rows.length } : rows });
  const one = (row: object | undefined): Answer =>
    row ? { body: row } : { status: 404, body: { error_code: 'NOT_FOUND' } };
  const matching = (rows: object[], ref: string | undefined) =>
    rows.find((row) => ('id' in row && row.id === ref) || ('key' in row && row.key === ref));
  return fakeApi((url) => {
    if (url.pathname === '/v2/api-key/scope') return { body: { organization_id: orgId, ...scope } };
    if (!mayRead(url.pathname)) return { status: 403, body: { error_code: 'FORBIDDEN_ACCESS' } };
    const [, , , ref, isEnvs, env] = url.pathname.split('/').map(decodeURIComponent);
    if (ref === undefined) return listed(seen);
    const project = matching(seen, ref);
    if (isEnvs === undefined || project === undefined) return one(project);
    const inside = envs['key' in project ? String(project.key) : ''] ?? [];
    return env === undefined ? listed(inside) : one(matching(inside, env));
  });
}

const gateway = { project_id: projects[0]?.id };
const prod = { ...gateway, environment_id: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1' };
const resolved = {
  organizationId: '47b37e40-e109-4a25-80fc-6589ad24fec5',
  projectId: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaa1',
  projectKey: 'gateway',
  envId: 'bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbb1',
  envKey: 'prod',
  envName: 'Production',
};

describe('an environment is found', () => {
  test('from the key of one environment, in one form of ids', async () => {
    const api = await accountOf({ scope: prod });
    expect(await clientOf(api.url).resolveEnvironment()).toEqual(resolved);
    expect(api.authorizations).toEqual(Array(3).fill(`Bearer ${apiKey}`));
  });

  test.each([
    ['keys', { project: 'gateway', environment: 'prod' }],
    ['ids', { project: resolved.projectId, environment: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1' }],
  ])('with matching %s configured beside such a key', async (_, choice) => {
    const api = await accountOf({ scope: prod });
    expect(await clientOf(api.url, choice).resolveEnvironment()).toEqual(resolved);
  });

  test('by what is configured, or the id, where the key may read nothing around it', async () => {
    const api = await accountOf({ scope: prod, mayRead: () => false });
    const chosen = { project: 'gateway', environment: 'prod' };
    expect(await clientOf(api.url, chosen).resolveEnvironment()).toEqual({ ...resolved, envName: 'prod' });
    const { id } = { id: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb1' };
    const bare = { ...resolved, projectKey: projects[0]?.id, envKey: id, envName: id };
    expect(await clientOf(api.url).resolveEnvironment()).toEqual(bare);
  });

  test.each([
    ['404 of its own', { status: 404, body: { error_code: 'NOT_FOUND' } }],
    ['404 of a server without such paths', { status: 404, body: { detail: 'Not Found' } }],
    ['422', { status: 422, body: { detail: [] } }],
    ['something else', { body: '<html>' }],
  ])('by the scope alone, where names are answered with %s', async (_, answer) => {
    const api = await fakeApi(({ pathname }) =>
      pathname === '/v2/api-key/scope' ? { body: { organization_id: orgId, ...prod } } : answer,
    );
    const found = { envId: resolved.envId, projectId: resolved.projectId };
    expect(await clientOf(api.url).resolveEnvironment()).toMatchObject(found);
    const chosen = { project: 'gateway', environment: 'prod' };
    expect(await clientOf(api.url, chosen).resolveEnvironment()).toEqual({ ...resolved, envName: 'prod' });
    const other = await failureOf(clientOf(api.url, { environment: orgId }).resolveEnvironment());
    expect(other).toMatchObject({ code: 'PERMIT_ENVIRONMENT_UNKNOWN' });
  });

  test('by the configuration alone, where a wide key meets a server without such paths', async () => {
    const api = await fakeApi(({ pathname }) =>
      pathname === '/v2/api-key/scope'
        ? { body: { organization_id: orgId } }
        : { status: 404, body: { detail: 'Not Found' } },
    );
    const chosen = { project: 'gateway', environment: 'prod' };
    expect(await clientOf(api.url, chosen).resolveEnvironment()).toMatchObject({ projectId: 'gateway', envId: 'prod' });
  });

  test('inside a project by its key, or as the only one', async () => {
    const api = await accountOf({ scope: { ...gateway, environment_id: null } });
    const dev = await clientOf(api.url, { environment: 'dev' }).resolveEnvironment();
    expect(dev).toMatchObject({ envKey: 'dev', envName: 'dev', projectKey: 'gateway' });
    const only = await accountOf({ scope: { project_id: projects[1]?.id } });
    expect(await clientOf(only.url).resolveEnvironment()).toMatchObject({ projectKey: 'other', envKey: 'only' });
  });

  test.each([true, false])(
    'inside an organization by both keys, or as the only one (paginated: %s)',
    async (paginated) => {
      const api = await accountOf({ scope: { project_id: null }, paginated });
      const chosen = { project: 'gateway', environment: 'prod' };
      expect(await clientOf(api.url, chosen).resolveEnvironment()).toEqual(resolved);
      const single = await accountOf({ scope: {}, projects: projects.slice(1), paginated });
      expect(await clientOf(single.url).resolveEnvironment()).toMatchObject({ projectKey: 'other', envKey: 'only' });
    },
  );

  test('once, also by many who ask at once', async () => {
    const api = await accountOf({ scope: prod });
    const client = clientOf(api.url);
    await Promise.all(Array.from({ length: 10 }, () => client.resolveEnvironment()));
    await client.resolveEnvironment();
    expect(api.requests.filter(({ pathname }) => pathname === '/v2/api-key/scope')).toHaveLength(1);
  });

  test('again after a failure', async () => {
    let isDown = true;
    const api = await fakeApi(() =>
      isDown ? { status: 503 } : { body: { organization_id: orgId, ...prod, id: 'x' } },
    );
    const client = clientOf(api.url);
    expect(await failureOf(client.resolveEnvironment())).toMatchObject({
      code: 'PERMIT_SERVER_FAULT',
      retriable: true,
    });
    isDown = false;
    expect(await client.resolveEnvironment()).toMatchObject({ envId: 'x' });
  });

  test('for those who wait along when the first who asked gives up', async () => {
    const held: (() => void)[] = [];
    const api = await fakeApi((_, __, response) => {
      const answer = () => response.end(JSON.stringify({ organization_id: orgId, ...prod, id: 'x' }));
      if (held.push(answer) > 1) answer();
      return null;
    });
    const client = clientOf(api.url);
    const leaving = new AbortController();
    const first = failureOf(client.resolveEnvironment(leaving.signal));
    const second = client.resolveEnvironment();
    await vi.waitFor(() => expect(held).toHaveLength(1));
    leaving.abort();
    expect(await first).toMatchObject({ code: 'PERMIT_CANCELLED' });
    expect(await second).toMatchObject({ envId: 'x' });
  });
});

describe('an environment is refused', () => {
  test('with the list where the key sees several in a project', async () => {
    const api = await accountOf({ scope: gateway });
    const error = await failureOf(clientOf(api.url).resolveEnvironment());
    expect(error).toMatchObject({ code: 'PERMIT_ENVIRONMENT_AMBIGUOUS', retriable: false });
    expect(error).toMatchObject({ fields: { environments: ['gateway/prod', 'gateway/dev'] } });
    expect(error.message).toContain('gateway/dev');
  });

  test('with the list where the key sees several projects, narrowed by what is configured', async () => {
    const api = await accountOf({ scope: {} });
    expect(await failureOf(clientOf(api.url).resolveEnvironment())).toMatchObject({
      fields: { environments: ['gateway/prod', 'gateway/dev', 'other/only'] },
    });
    expect(await failureOf(clientOf(api.url, { environment: 'dev' }).resolveEnvironment())).toMatchObject({
      fields: { environments: ['gateway/dev'] },
    });
  });

  test.each([
    ['project', { project: 'other' }, prod],
    ['environment', { environment: 'dev' }, prod],
    ['environment of a project key', { environment: 'nowhere' }, gateway],
    ['project of an organization key', { project: 'nowhere', environment: 'prod' }, {}],
  ])('where the key does not see the configured %s', async (_, choice, scope) => {
    const api = await accountOf({ scope });
    const error = await failureOf(clientOf(api.url, choice).resolveEnvironment());
    expect(error).toMatchObject({ code: 'PERMIT_ENVIRONMENT_UNKNOWN', retriable: false });
  });

  test('where there is none', async () => {
    const noProject = await accountOf({ scope: {}, projects: [] });
    expect(await failureOf(clientOf(noProject.url).resolveEnvironment())).toMatchObject({
      code: 'PERMIT_ENVIRONMENT_UNKNOWN',
    });
    const empty = { id: 'ccccccccccccccccccccccccccccccc1', key: 'empty', name: 'Empty' };
    const noEnv = await accountOf({ scope: { project_id: empty.id }, projects: [empty] });
    expect(await failureOf(clientOf(noEnv.url).resolveEnvironment())).toMatchObject({
      code: 'PERMIT_ENVIRONMENT_UNKNOWN',
    });
  });
});
