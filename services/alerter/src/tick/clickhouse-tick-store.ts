import { hourMs } from '@custody/decision';
import { defaultCountModel, environmentInputOf } from '@custody/detect';
import {
  DetectionMemory,
  readDeniedMinutes,
  readDetection,
  readLateBuckets,
  type StoreClient,
  writeAlertLooks,
  writeAlertTransitions,
} from '@custody/store';
import { Explainer } from '../explain/explanation.ts';
import { masksOf, openSeriesOf } from '../judge/alerter-state.ts';
import type { RecordStore } from '../record/recorder.ts';
import type { TickStore } from './tick-store.ts';

/** A look at 200,000 series takes seconds, and one that takes a minute comes too late anyway. */
const timeoutMs = 55_000;

/** What ticks read, out of ClickHouse. One look at a time: what is kept between looks is not for several at once. */
export function clickhouseTickStore(client: StoreClient): TickStore & RecordStore {
  const memory = new DetectionMemory();
  const explainer = new Explainer(client);
  return {
    async surroundings({ atMs, nowMs, isPast }, state, signal) {
      const request = {
        ...{ atMs, nowMs, envIds: null, openSeries: isPast ? [] : openSeriesOf(state.held) },
        ...{ masked: masksOf(state.past), model: defaultCountModel, leastCount: defaultCountModel.leastCount },
      };
      const kept = isPast ? new DetectionMemory() : memory;
      const rows = await readDetection(client, kept, request, { signal, timeoutMs });
      return {
        names: new Map(rows.map(({ envId, envName }) => [envId, envName])),
        environments: rows.map((one) => ({
          ...environmentInputOf(one, { atMs, model: defaultCountModel }),
          names: [one.envName],
        })),
      };
    },
    async withDenied(environments, envIds, atMs, signal) {
      if (envIds.length === 0) return environments;
      const cells = await readDeniedMinutes(
        client,
        envIds,
        { fromMs: atMs - hourMs, toMs: atMs },
        { signal, timeoutMs },
      );
      const byEnvironment = Map.groupBy(cells, ({ envId }) => envId);
      const deniedOf = (envId: string) =>
        (byEnvironment.get(envId) ?? []).map(({ envId: _, ...cell }) => ({ ...cell, isNewPair: false }));
      return environments.map((one) => (envIds.includes(one.envId) ? { ...one, denied: deniedOf(one.envId) } : one));
    },
    late: (since, beforeMs, signal) => readLateBuckets(client, { since, beforeMs }, { signal }),
    explain: (finding, signal) => explainer.explain(finding, { signal }),
    writeTransitions: (transitions, signal) => writeAlertTransitions(client, transitions, { signal }),
    writeLooks: (looks, signal) => writeAlertLooks(client, looks, { signal }),
  };
}
