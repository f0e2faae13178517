import { type Simulator, startSimulator } from '@custody/permit-simulator';
import { systemClock } from '@custody/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRateBudget, type ListedEntry, type PermitClient } from '../src/index.ts';
import { clientOf, failureOf } from './fake-api.ts';

const anchorMs = Date.UTC(2026, 2, 10, 12);
const hourMs = 3_600_000;
const range = { fromMs: anchorMs - 2 * hourMs, toMs: anchorMs - hourMs };
let simulator: Simulator;
let client: PermitClient;

beforeAll(async () => {
  simulator = await startSimulator({ anchorMs, now: () => anchorMs, requestsPerMinute: Number.POSITIVE_INFINITY });
  client = clientOf(simulator.url, { apiKey: simulator.apiKey });
});

afterAll(() => simulator.stop());

async function allPages(): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  for (let page = 1; ; page += 1) {
    const { entries: more } = await client.listDecisions({ range, page });
    entries.push(...more);
    if (more.length < 100) return entries;
  }
}

describe('against the documented API', () => {
  test('every decision of a range is listed verbatim, and counted', async () => {
    const { fromMs, toMs } = range;
    const listed = (await allPages()).filter((e) => (e.occurredAtMs ?? 0) >= fromMs && (e.occurredAtMs ?? 0) < toMs);
    const expected = simulator.world.entriesBetween(fromMs, toMs, anchorMs);
    expect(expected.length).toBeGreaterThan(100);
    const text = ({ bytes }: ListedEntry) => new TextDecoder().decode(bytes);
    expect(listed.map(text).sort()).toEqual(expected.map(({ json }) => json).sort());
    expect(listed.map(({ id }) => id?.replaceAll('-', '')).sort()).toEqual(expected.map(({ id }) => id).sort());
    const { totalCount } = await client.countDecisions(range);
    expect(totalCount).toBe((await allPages()).length);
  });

  test('a facet narrows both', async () => {
    const facet = { decision: false };
    const { entries, totalCount } = await client.listDecisions({ range, facet });
    expect(totalCount).toBe(entries.length);
    expect(await client.countDecisions(range, facet)).toMatchObject({ totalCount });
    for (const { bytes } of entries) expect(JSON.parse(new TextDecoder().decode(bytes)).decision).toBe(false);
    const [{ user_key: user } = { user_key: '' }] = entries.map(({ bytes }) =>
      JSON.parse(new TextDecoder().decode(bytes)),
    );
    const ofUser = await client.listDecisions({ range, facet: { user } });
    expect(ofUser.entries.length).toBeGreaterThan(0);
    for (const { bytes } of ofUser.entries) expect(JSON.parse(new TextDecoder().decode(bytes)).user_key).toBe(user);
  });

  test('the ten thousandth result is the last', async () => {
    const fortnight = { fromMs: anchorMs - 14 * 24 * hourMs, toMs: anchorMs };
    expect((await client.listDecisions({ range: fortnight, page: 100 })).entries).toHaveLength(100);
    const error = await failureOf(client.listDecisions({ range: fortnight, page: 101 }));
    expect(error).toMatchObject({ code: 'PERMIT_TOO_MANY_RESULTS', retriable: false });
  });

  test('the facts are those of the world', async () => {
    const { world } = simulator;
    const consents = await client.listConsents();
    const ceilings = await client.listCeilings();
    const ranks = { low: 1, medium: 2, high: 3 };
    expect([consents.length > 100, ceilings.length > 100]).toEqual([true, true]);
    for (const { agentKey, humanKey, server, level } of consents) {
      expect(world.consentRank(agentKey, server, humanKey.slice('human|'.length), anchorMs)).toBe(ranks[level]);
    }
    for (const { humanKey, server, level } of ceilings) {
      expect(world.ceilingRank(humanKey.slice('human|'.length), server, anchorMs)).toBe(ranks[level]);
    }
    const levels = await client.listToolLevels();
    const tools = world.servers.flatMap(({ key, tools: own }) => own.map((tool) => `${key}:${tool.key}`));
    expect(new Set(levels.map(({ server, tool }) => `${server}:${tool}`))).toEqual(new Set(tools));
    const keys = (await client.listIdentities()).map(({ userKey }) => userKey);
    for (const { key } of world.humans) expect(keys).toContain(key);
  });

  test.each(['project', 'organization'] as const)(
    'a key of a whole %s works where it sees one environment',
    async (keyScope) => {
      const wide = await startSimulator({ anchorMs, now: () => anchorMs, keyScope });
      try {
        const seen = clientOf(wide.url, { apiKey: wide.apiKey });
        expect(await seen.resolveEnvironment()).toMatchObject({ projectKey: 'mcp-gateway', envKey: 'simulator' });
        expect((await seen.listIdentities()).length).toBeGreaterThan(0);
      } finally {
        await wide.stop();
      }
    },
  );

  test.each([401, 403] as const)('a wrong key is rejected with the remedy (%d)', async (wrongKeyStatus) => {
    const strict = await startSimulator({ anchorMs, now: () => anchorMs, variants: { wrongKeyStatus } });
    try {
      const error = await failureOf(clientOf(strict.url, { apiKey: 'permit_key_wrong' }).resolveEnvironment());
      expect(error).toMatchObject({ code: 'PERMIT_KEY_REJECTED', retriable: false });
      expect(error.message).not.toContain('permit_key_wrong');
    } finally {
      await strict.stop();
    }
  });

  test('a budget within the documented limit is never refused', async () => {
    const limited = await startSimulator({ anchorMs, now: () => anchorMs, requestsPerMinute: 60 });
    try {
      const budget = createRateBudget({ requestsPerMinute: 50, clock: systemClock });
      const careful = clientOf(limited.url, { apiKey: limited.apiKey, budget });
      await careful.listToolLevels();
      await careful.listIdentities();
      expect(budget.state()).toMatchObject({ rateShare: 1, pausedMs: 0 });
    } finally {
      await limited.stop();
    }
  });
});
