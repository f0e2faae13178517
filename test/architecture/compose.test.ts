import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { schemasOf } from '../../packages/store/src/retention/retention-config.ts';
import { alerterVariables } from '../../services/alerter/src/config.ts';
import { consumerVariables } from '../../services/consumer/src/config.ts';
import { pollerVariables } from '../../services/poller/src/config.ts';
import { queryVariables } from '../../services/query/src/config.ts';
import { sealerVariables } from '../../services/sealer/src/config.ts';
import { upVariables } from '../../services/up/src/config.ts';
import { queryRuntime } from '../../services/up/src/supervisor/query-runtime.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const service = z.looseObject({
  image: z.string(),
  build: z.object({ dockerfile: z.string() }).optional(),
  user: z.string(),
  command: z.string().optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  networks: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  restart: z.string(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});

const composed = z
  .looseObject({ services: z.record(z.string(), service), networks: z.record(z.string(), z.looseObject({})) })
  .parse(parse(read('docker-compose.yml'), { merge: true }));
const services = Object.entries(composed.services).map(([name, found]) => ({ name, ...found }));
const ours = services.filter(({ build }) => build !== undefined);

function named(name: string): (typeof services)[number] {
  const found = services.find((one) => one.name === name);
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}
const dockerfile = read('infra/docker/Dockerfile');

/** What each service of ours is configured by. */
const schemas = {
  migrate: upVariables,
  poller: pollerVariables,
  consumer: consumerVariables,
  sealer: { shape: { ...sealerVariables.shape, ...schemasOf(1).variables.shape } },
  alerter: alerterVariables,
  query: queryVariables,
};

/** Who shares a network with whom. */
function canReach(one: string, other: string): boolean {
  return named(one).networks.some((network) => named(other).networks.includes(network));
}

describe('docker-compose.yml', () => {
  test('has the services of the pipeline and its two engines, and no simulator', () => {
    expect(services.map(({ name }) => name).sort()).toEqual(
      ['alerter', 'clickhouse', 'consumer', 'kafka', 'migrate', 'poller', 'query', 'sealer'].sort(),
    );
    expect(ours.map(({ command }) => command).sort()).toEqual(['consume', 'migrate', 'poll', 'seal', 'serve', 'watch']);
    expect(read('docker-compose.yml')).not.toMatch(/simulat(or|e)\b/);
  });

  test.each(services)('$name is pinned, runs as nobody special, and has its limits', (one) => {
    expect(one.image).toMatch(/:\d+\.\d+\.\d+(\.\d+)?(@sha256:[0-9a-f]{64})?$/);
    expect(one.user).not.toMatch(/^(root|0)(:|$)/);
    expect(one.cap_drop).toEqual(['ALL']);
    expect(one.security_opt).toContain('no-new-privileges:true');
    expect(one.mem_limit).toMatch(/^\d+[mg]$/);
    expect(one.read_only).toBe(one.build !== undefined);
    expect(one.restart).toMatch(one.name === 'migrate' ? /^on-failure:\d+$/ : /^unless-stopped$/);
  });

  test.each(services)('$name publishes on loopback only', ({ ports }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test.each(services)('$name tells whether it is well', ({ name, build, healthcheck }) => {
    if (name === 'migrate') expect(healthcheck).toEqual({ disable: true });
    else if (build === undefined) expect(healthcheck?.test?.length).toBeGreaterThan(0);
    else expect([healthcheck, dockerfile]).toEqual([undefined, expect.stringMatching(/^HEALTHCHECK .*\/readyz/ms)]);
  });

  test('services wait until what they need is well, and the poller for the log only', () => {
    for (const { depends_on } of services) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe(name === 'migrate' ? 'service_completed_successfully' : 'service_healthy');
      }
    }
    expect(Object.keys(named('poller').depends_on)).toEqual(['kafka']);
  });

  test('the poller never reaches the store, the API neither log nor Permit', () => {
    expect(canReach('poller', 'clickhouse')).toBe(false);
    expect(canReach('query', 'kafka')).toBe(false);
    expect(canReach('query', 'poller')).toBe(false);
    const isInternal = (network: string) => composed.networks[network]?.internal === true;
    for (const name of ['consumer', 'sealer']) expect(named(name).networks.every(isInternal)).toBe(true);
  });

  test('each service knows only the secrets that it needs', () => {
    const secrets = (name: string) =>
      Object.entries(named(name).environment)
        .filter(([, value]) => /KEY|PASSWORD|TOKEN/.test(String(value)))
        .map(([variable, value]) => `${variable} from ${/\$\{(\w+)/.exec(String(value))?.[1]}`);
    expect(Object.fromEntries(services.map(({ name }) => [name, secrets(name)]))).toEqual({
      kafka: [],
      clickhouse: [
        'PIPELINE_PASSWORD from CLICKHOUSE_PASSWORD',
        'QUERY_PASSWORD from CLICKHOUSE_QUERY_PASSWORD',
        'READER_PASSWORD from CLICKHOUSE_READER_PASSWORD',
      ],
      migrate: ['CLICKHOUSE_PASSWORD from CLICKHOUSE_PASSWORD'],
      poller: ['PERMIT_API_KEY from PERMIT_API_KEY'],
      consumer: ['CLICKHOUSE_PASSWORD from CLICKHOUSE_PASSWORD'],
      sealer: ['CLICKHOUSE_PASSWORD from CLICKHOUSE_PASSWORD'],
      alerter: ['CLICKHOUSE_PASSWORD from CLICKHOUSE_PASSWORD'],
      query: ['CLICKHOUSE_PASSWORD from CLICKHOUSE_QUERY_PASSWORD', 'CUSTODY_ADMIN_TOKEN from CUSTODY_ADMIN_TOKEN'],
    });
  });

  test('the API keeps house as it does beside the embedded engines', () => {
    const texts = Object.entries(named('query').environment).map(([name, value]) => [name, String(value)]);
    expect(Object.fromEntries(texts)).toMatchObject({
      NODE_OPTIONS: queryRuntime.options.join(' '),
      ...queryRuntime.variables,
    });
  });

  test('a secret has no default: without it nothing starts, and the message says what is missing', () => {
    const uses = [...read('docker-compose.yml').matchAll(/\$\{(\w*(?:KEY|PASSWORD|TOKEN)\w*)([^}]*)\}/g)];
    expect(uses.length).toBeGreaterThan(5);
    for (const [, name, rest] of uses) expect([name, rest]).toEqual([name, expect.stringMatching(/^:\?is needed/)]);
  });

  test('.env.example explains every variable that is referred to, and no other', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const lines = read('.env.example').split('\n');
    const explained = lines.flatMap((line) => /^(\w+)=(.*)$/.exec(line)?.slice(1, 3) ?? []);
    expect(explained.filter((_, i) => i % 2 === 0).toSorted()).toEqual([...new Set(used)].sort());
    expect(explained.filter((_, i) => i % 2 === 1).every((value) => value === '')).toBe(true);
  });

  test.each(Object.entries(schemas))('every variable that %s is given is one that it knows', (name, schema) => {
    const image = [...dockerfile.matchAll(/^(?:ENV|) +([A-Z_]+)=/gm)].map(([, variable]) => String(variable));
    const ofRuntime = ['NODE_ENV', 'NODE_COMPILE_CACHE', 'NODE_OPTIONS', ...Object.keys(queryRuntime.variables ?? {})];
    const given = [...Object.keys(named(name).environment), ...image].filter((one) => !ofRuntime.includes(one));
    expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(given));
  });

  test.each(Object.entries(schemas).filter(([name]) => name !== 'migrate'))(
    'whatever may be set of %s can be set here, but for what the composition decides itself',
    (name, schema) => {
      const decided = /_(CONFIG|DATA_DIR|SOURCE_KIND|HOST|PORT|TOKEN_FILE|PUBLIC_URL)$/;
      const settings = Object.keys(schema.shape).filter((one) => one.startsWith('CUSTODY_') && !decided.test(one));
      expect(settings.filter((one) => !(one in named(name).environment))).toEqual([]);
    },
  );

  test('the overlay of continuous integration adds a way to the machine and the kind of source', () => {
    const overlay = parse(read('infra/docker/compose.ci.yml'));
    expect(overlay).toEqual({
      services: {
        poller: {
          environment: { CUSTODY_SOURCE_KIND: 'simulator' },
          extra_hosts: ['host.docker.internal:host-gateway'],
        },
        consumer: { environment: { CUSTODY_SOURCE_KIND: 'simulator' } },
        sealer: { environment: { CUSTODY_SOURCE_KIND: 'simulator' } },
        alerter: { environment: { CUSTODY_SOURCE_KIND: 'simulator' } },
      },
    });
  });
});

describe('the image', () => {
  test('has the Node that everything is tested with, and runs as another than root', () => {
    const { devDependencies } = z
      .object({ devDependencies: z.object({ node: z.string() }) })
      .parse(JSON.parse(read('package.json')));
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    // A stage on another one brings no release of its own.
    expect(bases.filter((base) => base !== 'build')).toEqual([
      `node:${devDependencies.node}-bookworm-slim`,
      `node:${devDependencies.node}-bookworm-slim`,
    ]);
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });

  test('has what every service compiles, and nobody who runs may change it', () => {
    const compiled = /^FROM build AS code\n.*?(?=^FROM)/ms.exec(dockerfile)?.[0] ?? '';
    const listed = (what: string) => new RegExp(`for ${what} in ([^;]*);`).exec(compiled)?.[1]?.split(' ');
    expect(listed('command')?.toSorted()).toEqual(ours.map(({ command }) => command).sort());
    // What is loaded by a service only once it is needed.
    const services = globSync('services/{poller,consumer,sealer,alerter,query}/src/**/*.ts', { cwd: root });
    const later = services.flatMap((file) =>
      [...read(file).matchAll(/\bimport\('(\.[^']*)'\)/g)].map(([, path = '']) => join(file, '..', path)),
    );
    expect(
      listed('file')
        ?.map((file) => join('services', file))
        .toSorted(),
    ).toEqual(later.toSorted());
    expect(compiled).toContain('export NODE_COMPILE_CACHE=/custody-code;');
    // It is made for its user alone, and copied to be root's.
    expect(compiled).toContain('chmod -R a+rX /custody-code');
    expect(dockerfile).toMatch(/^ENV (?:.*\\\n)* *NODE_COMPILE_CACHE=\/custody-code /m);
    expect(dockerfile).toMatch(/^COPY --from=code \/custody-code \/custody-code$/m);
  });

  test('holds no secret, no test, no simulator and no second engine', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored.find((line) => !line.startsWith('#'))).toBe('*');
    const left = [
      'packages/embedded-clickhouse',
      'packages/permit-simulator',
      '**/test',
      '**/.env*',
      '**/node_modules',
    ];
    expect(ignored).toEqual(expect.arrayContaining(left));
    expect(dockerfile).not.toMatch(/\b(ARG|ADD)\b|(KEY|PASSWORD|TOKEN)=/);
    for (const name of ['embedded-clickhouse', 'permit-simulator']) {
      expect(dockerfile).toContain(`--filter='!@custody/${name}'`);
    }
  });
});
