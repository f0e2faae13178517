import { toldKinds } from '@custody/decision';
import type { Bench, BenchOptions, Figures } from './bench.ts';
import { cost, duration } from './figures.ts';
import { labelOf, openKeptStore } from './kept-store.ts';
import { median, verify } from './measure.ts';
import { memoryFigure, ownMemory, peakMemoryBytes } from './memory.ts';
import { type Asked, countedClient } from './storm/counted-client.ts';
import { fillStormyStore, stormAtMs, stormMinutes } from './storm/stormy-store.ts';
import { Watching } from './watch/watching.ts';

/** Minutes before the storm at which nothing happens, the first of them with nothing known. */
const quiet = [-2, -1.5, -1, -0.5, 0];
/** And those of the storm: twice a minute. */
const stormy = Array.from({ length: 2 * stormMinutes }, (_, at) => (at + 1) / 2);
/** Fewer are refused too seldom within a minute for their shares to say at once that it is everybody. */
const leastAgents = 500;
/** Whoever is refused stands out by number within so long. */
const openedWithinMinutes = 2;

interface Look extends Asked {
  readonly ms: number;
  readonly explained: number;
}

interface Stormed {
  readonly quiet: readonly Look[];
  /** The one in which it is told first. */
  readonly opening: Look;
  /** Seconds after its beginning. */
  readonly openedAfterSeconds: number;
  readonly later: readonly Look[];
  readonly watching: Watching;
  readonly storeBytes: number | null;
}

async function throughStorm({ rows: agents, seed, keptIn, signal, onProgress }: BenchOptions): Promise<Stormed> {
  await using store = await openKeptStore(keptIn, `storm-${labelOf(agents)}-seed-${seed}`, ({ client }) =>
    fillStormyStore(client, { agents, seed, signal, onProgress }),
  );
  const { client, taken } = countedClient(store.client);
  const watching = new Watching(client, stormAtMs, signal);
  const look = async (minute: number): Promise<Look> => {
    const before = watching.explained;
    const ms = await watching.look(minute);
    return { ms, ...taken(), explained: watching.explained - before };
  };
  onProgress('ticks before the storm');
  const before: Look[] = [];
  for (const minute of quiet) before.push(await look(minute));
  verify(watching.steps.length === 0, 'Something was told before anything happened.');
  const looks: Look[] = [];
  let opened = -1;
  for (const minute of stormy) {
    onProgress(`ticks of the storm: minute ${minute} of ${stormMinutes}`);
    looks.push(await look(minute));
    if (opened === -1 && watching.steps.length > 0) opened = looks.length - 1;
  }
  const opening = looks[opened];
  verify(
    opening !== undefined && (stormy[opened] ?? 0) <= openedWithinMinutes,
    'A storm was not told within two minutes.',
  );
  return {
    ...{ quiet: before.slice(1), opening, openedAfterSeconds: 60 * (stormy[opened] ?? 0) },
    ...{ later: looks.slice(opened + 1), watching, storeBytes: peakMemoryBytes(store.pid) },
  };
}

/** How many alerts were told, and what went to the one channel; of which how many say that something new is wrong. */
function tellingsOf({ steps }: Watching): { alerts: number; deliveries: number; pages: number } {
  const told = steps.filter(({ kind, silencedBy }) => toldKinds.includes(kind) && silencedBy.length === 0);
  return {
    alerts: new Set(told.map(({ alertId }) => alertId)).size,
    deliveries: told.reduce((sum, { channels }) => sum + channels.length, 0),
    pages: told.filter(({ kind }) => kind === 'opened' || kind === 'reopened').length,
  };
}

async function run(options: BenchOptions): Promise<Figures> {
  const { quiet: before, opening, openedAfterSeconds, later, watching, storeBytes } = await throughStorm(options);
  const { alerts, deliveries, pages } = tellingsOf(watching);
  const subjects = [...new Set(watching.steps.map(({ subject }) => `${subject.kind} ${subject.key}`))];
  const isOfOne = pages === 1 && subjects.join() === 'environment ';
  verify(isOfOne || options.rows < leastAgents, `A storm was told of ${subjects.join(', ')}.`);
  const usual = duration(median(before.map(({ ms }) => ms)));
  const ofLater = (of: (look: Look) => number) => median(later.map(of));
  return {
    quiet_tick: usual,
    opening_tick: duration(opening.ms, { quiet_tick: usual }),
    tick_of_the_storm: duration(
      ofLater(({ ms }) => ms),
      { quiet_tick: usual },
    ),
    slowest_tick_of_the_storm: duration(Math.max(...later.map(({ ms }) => ms)), { quiet_tick: usual }),
    opened_after: cost(openedAfterSeconds, 's'),
    opening_statements: cost(opening.statements, 'statements'),
    statements_of_the_storm: cost(
      ofLater(({ statements }) => statements),
      'statements',
    ),
    opening_rows_read: cost(opening.rowsRead, 'rows'),
    rows_read_of_the_storm: cost(
      ofLater(({ rowsRead }) => rowsRead),
      'rows',
    ),
    opening_reasons: cost(opening.explained, 'findings'),
    reasons_of_the_storm: cost(
      later.reduce((sum, { explained }) => sum + explained, 0),
      'findings',
    ),
    ...{ alerts: cost(alerts, 'alerts'), pages: cost(pages, 'deliveries'), deliveries: cost(deliveries, 'deliveries') },
    ...memoryFigure('store_rss_peak', storeBytes),
    ...ownMemory(),
  };
}

export const storm: Bench = {
  name: 'storm',
  description:
    'ticks of the alerter while a policy refuses everything to thousands of agents: reading, judging and telling',
  defaults: { rows: 5_000, runs: 1 },
  run,
};
