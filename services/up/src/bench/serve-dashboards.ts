import { drawOf, zipf } from './random.ts';
import { agentCount, agentKey, humanCount, humanKey } from './world.ts';

/** A question as a page asks it. */
export interface PageQuestion {
  readonly name: string;
  readonly path: string;
}

/** What a client asks at once, and how long it asks nothing before, milliseconds. */
export interface Turn {
  readonly pauseMs: number;
  readonly questions: readonly PageQuestion[];
}

const ranges = [
  { from: '-24h', bucket: 'hour', share: 0.6 },
  { from: '-7d', bucket: 'hour', share: 0.3 },
  { from: '-30d', bucket: 'day', share: 0.1 },
] as const;
type Range = (typeof ranges)[number];

const path = (operation: string, query: Record<string, string>) => `/v1/${operation}?${new URLSearchParams(query)}`;

function top(group: string) {
  return ({ from }: Range) =>
    path('aggregate', { from, group_by: group, measures: 'denials,decisions', order: '-denials', top: '10' });
}

/** What everybody looks at: the panels of the first page, which ask again and again. */
const panels: Readonly<Record<string, (range: Range) => string>> = {
  overview_totals: ({ from }) =>
    path('aggregate', { from, measures: 'decisions,denials,deny_rate,agents,humans', compare: 'previous' }),
  overview_trend: ({ from, bucket }) => path('trends', { from, bucket, measures: 'decisions,denials' }),
  overview_agents: top('agent'),
  overview_humans: top('human'),
  overview_servers: top('server'),
  overview_tools: top('server,tool'),
  overview_newest_denials: ({ from }) => path('decisions', { from, decision: 'deny', limit: '50' }),
  overview_coverage: ({ from }) => path('coverage', { from }),
};

/** What somebody looks at who clicked on an agent, a human or a decision. */
const drillDowns: Readonly<
  Record<string, (who: { agent: string; human: string; id: string }, range: Range) => string>
> = {
  agent_tools: ({ agent }, { from }) => path('aggregate', { from, agent, group_by: 'server,tool' }),
  agent_trend: ({ agent }, { from, bucket }) => path('trends', { from, bucket, agent, measures: 'decisions,denials' }),
  agent_decisions: ({ agent }, { from }) => path('decisions', { from, agent, limit: '50' }),
  human_agents: ({ human }, { from }) => path('aggregate', { from, human, group_by: 'agent' }),
  human_decisions: ({ human }, { from }) => path('decisions', { from, human, limit: '50' }),
  decision: ({ id }) => `/v1/decisions/${id}`,
};

/** One question in so many is about somebody in particular; all others are those of the first page. */
export const drillDownShare = 0.06;
const popularity = 1.1;

function chosen<Item>(items: readonly Item[], draw: number): Item {
  return items[Math.min(items.length - 1, Math.floor(draw * items.length))] as Item;
}

function rangeOf(draw: number): Range {
  let left = draw;
  for (const range of ranges) {
    if (left < range.share) return range;
    left -= range.share;
  }
  return ranges[0];
}

type Draw = (purpose: number) => number;

/** What is asked of somebody in particular; a function of the seed. */
function drillDownsOf(ids: readonly string[]): (draw: Draw) => PageQuestion {
  const [agentOf, humanOf, idOf] = [zipf(agentCount, popularity), zipf(humanCount, popularity), zipf(ids.length, 1)];
  return (draw) => {
    const [name, ask] = chosen(Object.entries(drillDowns), draw(2));
    const who = { agent: agentKey(agentOf(draw(3))), human: humanKey(humanOf(draw(4))), id: ids[idOf(draw(5))] ?? '' };
    return { name, path: ask(who, rangeOf(draw(1))) };
  };
}

/** How long somebody looks at what a page shows before it asks again, milliseconds: evenly from the least to the most. */
export const thinking = { leastMs: 5_000, mostMs: 10_000 } as const;

/**
 * Turn after turn of a client whose first page is open: a pause, then all panels at once, and in every second turn somebody in
 * particular, so that drill-downs have their share here too. The first pause is short: not all begin at once.
 */
export function pageTurns(seed: number, ids: readonly string[]): (client: number, turn: number) => Turn {
  const drillDown = drillDownsOf(ids);
  return (client, turn) => {
    const draw = (purpose: number) => drawOf(seed, client * 1_000 + turn, 950 + purpose);
    const { leastMs, mostMs } = thinking;
    const range = rangeOf(draw(1));
    const asked = Object.entries(panels).map(([name, ask]) => ({ name, path: ask(range) }));
    const pauseMs = (turn === 0 ? 0 : leastMs) + draw(6) * (turn === 0 ? mostMs : mostMs - leastMs);
    return { pauseMs, questions: draw(0) < 0.5 ? [...asked, drillDown(draw)] : asked };
  };
}

/**
 * Question after question as people with dashboards ask, a function of the seed: mostly the panels of the first page, of the
 * last day as a rule; sometimes an agent, a human or a decision, some of them far more often than others.
 */
export function dashboardQuestions(seed: number, ids: readonly string[]): (number: number) => PageQuestion {
  const drillDown = drillDownsOf(ids);
  return (number) => {
    const draw = (purpose: number) => drawOf(seed, number, 900 + purpose);
    if (draw(0) < drillDownShare) return drillDown(draw);
    const [name, ask] = chosen(Object.entries(panels), draw(2));
    return { name, path: ask(rangeOf(draw(1))) };
  };
}
