import { hourMs, secondMs } from '@custody/decision';
import { defaultCountModel, type EnvironmentInput, environmentInputOf, masksOf } from '@custody/detect';
import {
  type CoarseDenials,
  DetectionMemory,
  readDeniedCells,
  readDetection,
  readHistoryAskedFor,
  readLateBuckets,
  type StoreClient,
  writeAlertLooks,
  writeAlertTransitions,
} from '@custody/store';
import { Explainer } from '../explain/explanation.ts';
import { openSeriesOf } from '../judge/alerter-state.ts';
import type { RecordStore } from '../record/recorder.ts';
import type { TickStore } from './tick-store.ts';

/** A look at 200,000 series takes seconds, and one that takes a minute comes too late anyway. */
const timeoutMs = 55_000;
/** The first one reads four weeks of all of them. */
const firstTimeoutMs = 600_000;

/**
 * The poller reads the newest time every few seconds and tells every ten how far it has: a position no older than this is no
 * sign that it is behind. What lies further back is unread, and nothing that is open comes to rest on it.
 */
const positionGraceMs = 25 * secondMs;

function upToDate(environment: EnvironmentInput, atMs: number): EnvironmentInput {
  const { reading } = environment;
  const isBehind = atMs - reading.readUntilMs > positionGraceMs;
  return isBehind
    ? environment
    : { ...environment, reading: { ...reading, readUntilMs: Math.max(reading.readUntilMs, atMs) } };
}

export interface TickStoreOptions {
  /** Is told, whenever denials are read to be compared, of which environment they were too many to be told by minutes. */
  readonly onCoarse?: (coarse: readonly CoarseDenials[]) => void;
}

/** What ticks read, out of ClickHouse. One look at a time: what is kept between looks is not for several at once. */
export function clickhouseTickStore(
  client: StoreClient,
  { onCoarse = () => undefined }: TickStoreOptions = {},
): TickStore & RecordStore {
  const memory = new DetectionMemory({ readsAhead: true });
  // Past moments of one tick come in order: what is read for one goes for the next, and for no later tick.
  let ofPast = new DetectionMemory();
  let hasLooked = false;
  const explainer = new Explainer(client);
  return {
    async surroundings({ atMs, nowMs, isPast, withHistory = false }, state, signal) {
      const request = {
        ...{ atMs, nowMs, withHistory, envIds: null, openSeries: isPast ? [] : openSeriesOf(state.held) },
        ...{ masked: masksOf(state.past), model: defaultCountModel, leastCount: defaultCountModel.leastCount },
      };
      if (!isPast) ofPast = new DetectionMemory();
      const options = { signal, timeoutMs: hasLooked ? timeoutMs : firstTimeoutMs };
      const rows = await readDetection(client, isPast ? ofPast : memory, request, options);
      hasLooked = true;
      return {
        names: new Map(rows.map(({ envId, envName }) => [envId, envName])),
        environments: rows.map((one) => ({
          ...upToDate(environmentInputOf(one, { atMs, model: defaultCountModel }), atMs),
          names: [one.envName],
        })),
      };
    },
    async withDenied(environments, envIds, atMs, signal) {
      if (envIds.length === 0) return environments;
      const range = { fromMs: atMs - hourMs, toMs: atMs };
      const { cells, coarse } = await readDeniedCells(client, { envIds, range }, { signal, timeoutMs });
      onCoarse(coarse);
      const detailOf = new Map(coarse.map(({ envId, detail }) => [envId, { deniedDetail: detail }]));
      const byEnvironment = Map.groupBy(cells, ({ envId }) => envId);
      const deniedOf = (envId: string) => (byEnvironment.get(envId) ?? []).map(({ envId: _, ...cell }) => cell);
      return environments.map((one) =>
        envIds.includes(one.envId) ? { ...one, denied: deniedOf(one.envId), ...detailOf.get(one.envId) } : one,
      );
    },
    late: (since, beforeMs, signal) => readLateBuckets(client, { since, beforeMs }, { signal }),
    history: (sinceMs, signal) => readHistoryAskedFor(client, sinceMs, { signal }),
    explain: (finding, signal) => explainer.explain(finding, { signal }),
    writeTransitions: (transitions, signal) => writeAlertTransitions(client, transitions, { signal }),
    writeLooks: (looks, signal) => writeAlertLooks(client, looks, { signal }),
  };
}
