import { attribute as attributeTo, GrantHistory } from '@custody/attribution';
import type { Decision, GrantRecord } from '@custody/decision';
import { historyOf, understood } from './attributed.ts';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { benchDecision, entryBytes } from './data.ts';
import { cost, growth, rate } from './figures.ts';
import { medians, timed, verify } from './measure.ts';
import { ownMemory } from './memory.ts';
import { grantRecords, humanKey } from './world.ts';

const envId = 'bench';

/** A decision and the human that has to come out; `''` where it cannot be told. */
interface Asked {
  readonly decision: Decision;
  readonly human: string;
}

/** Decisions over the whole year, so that every part of a long history is asked for. */
function questions(rows: number, seed: number): Asked[] {
  return Array.from({ length: rows }, (_, row) => {
    const made = benchDecision(row, seed, rows);
    const [only, ...others] = made.humans;
    const decision = understood(entryBytes(made, seed));
    return { decision, human: only === undefined || others.length > 0 ? '' : humanKey(only) };
  });
}

function attributeAll(asked: readonly Asked[], history: GrantHistory): void {
  let right = 0;
  for (const { decision, human } of asked) {
    if (attributeTo(decision, envId, history).humanKey === human) right += 1;
  }
  verify(right === asked.length, `${asked.length - right} of ${asked.length} decisions got the wrong human.`);
}

/** Agent to human as of now: what naming costs without time, certainty and levels. */
function lookUpAll(asked: readonly Asked[], humans: ReadonlyMap<string, string>): void {
  let right = 0;
  for (const { decision, human } of asked) if (humans.get(decision.agentKey) === human) right += 1;
  verify(right === asked.length, 'The baseline named a wrong human.');
}

function applyAll(records: readonly GrantRecord[]): void {
  const history = new GrantHistory();
  for (const record of records) history.apply(record);
}

async function run(options: BenchOptions): Promise<Figures> {
  const { rows, seed } = options;
  const asked = questions(rows, seed);
  const [records, recordsX4] = [grantRecords(envId, seed, 1), grantRecords(envId, seed, 4)];
  const [history, historyX4] = [historyOf(envId, seed, 1), historyOf(envId, seed, 4)];
  const humans = new Map(asked.map(({ decision, human }) => [decision.agentKey, human]));
  const ms = await medians(options, { what: `${rows} decisions`, warmUp: true }, async () => ({
    attribute: await timed(() => attributeAll(asked, history)),
    attributeX4: await timed(() => attributeAll(asked, historyX4)),
    lookUp: await timed(() => lookUpAll(asked, humans)),
    apply: await timed(() => applyAll(recordsX4)),
  }));
  const lookUp = rate(rows, ms.lookUp, 'decisions');
  return {
    attribute: rate(rows, ms.attribute, 'decisions', { map_lookup: lookUp }),
    attribute_x4_grants: rate(rows, ms.attributeX4, 'decisions', { map_lookup: lookUp }),
    map_lookup: lookUp,
    growth_x4_grants: growth(ms.attributeX4, ms.attribute),
    apply_grants: rate(recordsX4.length, ms.apply, 'grants'),
    grants: cost(records.length, 'records'),
    grants_x4: cost(recordsX4.length, 'records'),
    ...ownMemory(),
  };
}

export const attribute: Bench = {
  name: 'attribute',
  description: 'naming the human of a decision as of its time; baseline: a look-up of the agent in a Map',
  defaults: { rows: 40_000, runs: 5 },
  run,
};
