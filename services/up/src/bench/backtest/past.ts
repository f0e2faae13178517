import { dayMs, hourMs, hourOf, minuteMs } from '@custody/decision';
import { DecisionBlock, type DecisionRow, type StoreClient, writeDecisions } from '@custody/store';
import { Draws } from '../detect/draws.ts';
import { writeProvenHours } from '../proven-hours.ts';

const bucketMs = 5 * minuteMs;
const historyDays = 28;
export const judgedDays = 30;
/** A Monday, some time ago: the end of what is judged. */
export const endMs = Date.UTC(2026, 5, 1);
export const judgedFromMs = endMs - judgedDays * dayMs;
const startMs = judgedFromMs - historyDays * dayMs;
export const envId = 'bench-env';

const [leastRate, mostRate] = [0.001, 1.5];
const varianceRatios = [1, 1.2, 2, 3, 4, 6];
const burstsPerSeries = 0.1;
const rowsPerInsert = 50_000;

/** Of each thousand series: agents, humans that stand behind two of them each, servers, tools and reasons. */
interface Shape {
  readonly agents: number;
  readonly servers: number;
  readonly tools: number;
  readonly reasons: number;
}

function shapeOf(series: number): Shape {
  const part = (share: number) => Math.max(1, Math.round(share * series));
  return { agents: part(0.6), servers: part(0.02), tools: part(0.07), reasons: Math.min(8, part(0.008)) };
}

type Denial = readonly [atMs: number, agent: number];

/** Denials of one agent: a rate of its own with a daily rhythm and its own scatter; one in ten appears while it is judged. */
function denialsOf(seed: number, agent: number): Denial[] {
  const draws = new Draws(seed, 1_000 + agent);
  const rate = leastRate * (mostRate / leastRate) ** draws.uniform();
  const [amplitude, ratio] = [draws.between(0, 0.9), draws.pick(varianceRatios)];
  const peak = 13 * 12 + 36 * draws.normal();
  const isCold = draws.uniform() < 0.1;
  const fromMs = isCold ? judgedFromMs + draws.below(judgedDays - 2) * dayMs : startMs;
  const found: Denial[] = [];
  for (let atMs = fromMs; atMs < endMs; atMs += bucketMs) {
    const mean = rate * (1 + amplitude * Math.cos((2 * Math.PI * (atMs / bucketMs - peak)) / 288));
    const count = draws.negativeBinomial(mean, ratio);
    for (let n = 0; n < count; n += 1) found.push([atMs + draws.below(bucketMs), agent]);
  }
  return found;
}

function burstsOf(seed: number, series: number, agents: number): Denial[] {
  const draws = new Draws(seed, 2);
  return Array.from({ length: Math.round(burstsPerSeries * series) }, () => {
    const [agent, atMs] = [draws.below(agents), judgedFromMs + draws.below(judgedDays * dayMs - hourMs)];
    const [size, lengthMs] = [draws.pick([6, 10, 20, 50]), (1 + draws.below(60)) * minuteMs];
    return Array.from({ length: size }, (): Denial => [atMs + draws.below(lengthMs), agent]);
  }).flat();
}

function rowOf([atMs, agent]: Denial, index: number, { servers, tools, reasons }: Shape): DecisionRow {
  // An agent mostly calls tools of its own.
  const tool = (agent * 7 + (index % 3)) % tools;
  const [server, human] = [`server-${tool % servers}`, `human|${agent >> 1}`];
  const id = `bbbbbbbb-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
  return {
    decision: {
      ...{ envId, envName: 'bench', grantsPosition: 1, ingestedAtMs: atMs + 1_000 },
      decision: {
        ...{ id, occurredAtMs: atMs, agentKey: `agent|${agent}`, agentName: '', server, resource: server },
        ...{ tool: `tool-${tool}`, tenant: 'default', verdict: 'deny', reason: '', evidenceHumans: [] },
        reasonCode:
          (['no_permission', 'no_role_in_tenant', 'other'] as const)[(agent + index) % Math.min(3, reasons)] ?? 'other',
      },
      attribution: {
        ...{ certainty: 'exact', evidence: 'consent', humanKey: human, humanName: '', humanEmail: '', candidates: [] },
        ...{ consentId: 'consent', consentAtMs: startMs, trustLevel: 'low', ceilingLevel: 'low', requiredLevel: 'low' },
      },
    },
    entryBytes: Buffer.from('{}'),
  };
}

/** Fills a store with four weeks of history and a month of denials of so many series. Resolves with how many denials. */
export async function fillPast(
  client: StoreClient,
  series: number,
  seed: number,
  signal: AbortSignal,
): Promise<number> {
  const shape = shapeOf(series);
  const usual = Array.from({ length: shape.agents }, (_, agent) => denialsOf(seed, agent)).flat();
  const all = [...usual, ...burstsOf(seed, series, shape.agents)].sort((a, b) => a[0] - b[0]);
  for (let from = 0; from < all.length; from += rowsPerInsert) {
    signal.throwIfAborted();
    const rows = all.slice(from, from + rowsPerInsert).map((denial, index) => rowOf(denial, from + index, shape));
    await writeDecisions(client, DecisionBlock.of(rows));
  }
  await writeProvenHours(client, { envId, fromMs: hourOf(startMs), toMs: endMs, listed: 1, updatedAtMs: endMs });
  return all.length;
}
