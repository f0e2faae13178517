import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { agent, dashboardModel, dataSource, human, overview, pipeline, server } from '../src/index.ts';
import { type Chosen, expandMacros } from './expand-macros.ts';
import { hourMs, oddKey, type Store, storeWithDecisions } from './store-with-decisions.ts';

const root = join(import.meta.dirname, '..');
const dashboards = [overview, agent, human, server, pipeline];
let store: Store;
beforeAll(async () => {
  store = await storeWithDecisions();
});
afterAll(() => store[Symbol.asyncDispose]());

const chosen: Chosen = {
  ...{ fromSeconds: hourMs / 1_000, toSeconds: hourMs / 1_000 + 3_600, bucketSeconds: 3_600 },
  choices: { env: ['env-1', "o'ther"], agent: ['agent|a'], human: ['human|ada'], server: ['linear'] },
};

type Row = Record<string, unknown>;

/** Rows of what Grafana would send, as `reader`. */
async function asked(sql: string, rest: Partial<Chosen> = {}): Promise<Row[]> {
  const settings = { output_format_json_quote_64bit_integers: 0 } as const;
  return (await store.reader.select('grafana', expandMacros(sql, { ...chosen, ...rest }), {}, { settings })) as Row[];
}

function panelOf({ panels }: typeof overview, title: string): string {
  const panel = panels.find((one) => one.title === title);
  if (panel === undefined) throw new Error(`there is no panel ${title}`);
  return panel.sql;
}

describe.each(dashboards)('the dashboard $title', (dashboard) => {
  test('is the file that Grafana reads', async () => {
    const text = `${JSON.stringify(dashboardModel(dashboard), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(join(root, 'dashboards', `${dashboard.uid}.json`));
  });

  test('asks nothing that the reader may not, and finds what is there', async () => {
    for (const { title, sql } of dashboard.panels) expect(await asked(sql), title).toBeInstanceOf(Array);
    for (const { name, sql } of dashboard.choices) expect(await asked(sql), name).not.toEqual([]);
  });

  test('tells panels apart, which fit into its width', () => {
    const titles = dashboard.panels.map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    for (const { w, h, about } of dashboard.panels) expect(w <= 24 && h > 0 && about !== '').toBe(true);
  });
});

test('the overview counts what was decided', async () => {
  expect(await asked(panelOf(overview, 'Decisions'))).toEqual([{ decisions: 5 }]);
  expect(await asked(panelOf(overview, 'Denials'))).toEqual([{ denials: 2 }]);
  // What the source did not decide counts in neither part of the rate.
  expect(await asked(panelOf(overview, 'Deny rate'))).toEqual([{ deny_rate: 0.5 }]);
  expect(await asked(panelOf(overview, 'Agents'))).toEqual([{ agents: 3 }]);
  expect(await asked(panelOf(overview, 'Humans'))).toEqual([{ humans: 2 }]);
  expect(await asked(panelOf(overview, 'Agents denied most'))).toEqual([{ name: 'agent|a', denied: 2 }]);
  const [bucket] = await asked(panelOf(overview, 'Decisions by time'));
  expect(bucket).toMatchObject({ allowed: 2, denied: 2, unknown: 1 });
  expect(await asked(panelOf(overview, 'Newest denials'))).toHaveLength(2);
});

test('an agent’s page is about that agent, whatever its key is made of', async () => {
  expect(await asked(panelOf(agent, 'Tools'))).toEqual([
    { server: 'linear', tool: 'create_issue', allowed: 1, denied: 1, unknown: 0 },
    { server: 'linear', tool: 'delete_issue', allowed: 0, denied: 1, unknown: 0 },
  ]);
  const odd = { choices: { ...chosen.choices, agent: [oddKey] } };
  expect(await asked(panelOf(agent, 'Humans'), odd)).toEqual([
    { human_key: 'human|ada', server: 'linear', allowed: 1, denied: 0, unknown: 0 },
  ]);
});

test('a human’s page tells what is sure from what is possible', async () => {
  expect((await asked(panelOf(human, 'Agents'))).map(({ agent_key }) => agent_key)).toEqual(['agent|a', oddKey]);
  expect(await asked(panelOf(human, 'Possibly this human’s'))).toEqual([
    { agent_key: 'agent|b', server: 'linear', allowed: 0, denied: 0 },
  ]);
});

test('a server’s page traces each agent to its human', async () => {
  expect((await asked(panelOf(server, 'Agents'))).slice(0, 2)).toEqual([
    { agent_key: 'agent|a', human_key: 'human|ada', allowed: 1, denied: 1, unknown: 0 },
    { agent_key: 'agent|a', human_key: 'human|bob', allowed: 0, denied: 1, unknown: 0 },
  ]);
});

test('health tells how long calls took to arrive, and what is proven', async () => {
  const [delay] = await asked(panelOf(pipeline, 'From call to row'));
  expect(delay).toMatchObject({ median: 2, slowest: 2 });
  expect(await asked(panelOf(pipeline, 'Coverage'))).toMatchObject([{ env_name: 'production' }]);
});

test('what Grafana is provisioned with belongs together, and holds no secret', () => {
  const read = (path: string) => parse(readFileSync(join(root, 'provisioning', path), 'utf8'));
  const sources = z
    .object({
      datasources: z.array(
        z.looseObject({
          ...{ uid: z.string(), type: z.string() },
          jsonData: z.looseObject({ username: z.string(), protocol: z.string() }),
          secureJsonData: z.object({ password: z.string() }),
        }),
      ),
    })
    .parse(read('datasources/custody.yaml')).datasources;
  expect(sources).toMatchObject([{ ...dataSource, jsonData: { username: 'reader', protocol: 'http' } }]);
  expect(sources[0]?.secureJsonData.password).toMatch(/^\$\{\w+\}$/);
  expect(read('dashboards/custody.yaml')).toMatchObject({ providers: [{ type: 'file', allowUiUpdates: false }] });
});
