import { randomUUID } from 'node:crypto';
import { secondMs } from '@custody/decision';
import { type DueSpan, sumsOnly } from '@custody/store';
import type { SealingParts } from './sealing-parts.ts';
import { unlessTooMuch } from './unless-too-much.ts';

/** So many days and months of one look share the reading of the clock. */
const mostSpans = 50;

/**
 * Sums up days, and then months, whose parts are all sealed; until `untilMs`. Resolves with whether more may be due. The
 * clock is read before it is looked whether the parts hold, and what was under way by then is stored before that: nothing
 * that was said of an hour earlier is missed.
 */
export async function sealSpans(parts: SealingParts, untilMs: number, signal: AbortSignal): Promise<boolean> {
  const { store, decisionsStored, patiently, clock } = parts;
  const found = await patiently('look for days', signal, () => store.spansDue(clock.now(), signal));
  const due = found.slice(0, mostSpans);
  if (due.length === 0) return false;
  const asOfUs = await patiently('read the store’s clock', signal, () => store.clock(signal));
  await decisionsStored(signal);
  const sealed: DueSpan[] = [];
  for (const span of due) {
    if (clock.now() > untilMs) return true;
    if (await sealSpan(parts, span, asOfUs, signal)) sealed.push(span);
  }
  // Months wait for their days. Where nothing could be sealed, looking again at once would be in vain.
  return sealed.some(({ span }) => span === 'day') || (sealed.length > 0 && found.length > due.length);
}

/** Resolves with whether it counts. */
async function sealSpan(parts: SealingParts, due: DueSpan, asOfUs: number, signal: AbortSignal): Promise<boolean> {
  const { store, patiently, clock, metrics, logger } = parts;
  const isDue = () => store.isSpanDue(due, clock.now(), signal);
  if (!(await patiently('look at a day again', signal, isDue))) return false;
  const startedAtMs = clock.now();
  const summedUp = await patiently('sum up a day', signal, async () => {
    const attempt = randomUUID();
    // Nothing was said since that was summed up, and what was under way by `asOfUs` is stored: it is right as of then too.
    const build = await store.standingBuild(due, signal);
    if (build !== null) return { attempt, build };
    const built = await unlessTooMuch(store.buildSpan(due, attempt, signal));
    return built && { attempt, ...built };
  });
  if (summedUp === null) {
    const { envId: env_id, span, startMs } = due;
    logger.error({ env_id, span, start: new Date(startMs) }, 'the store has not the memory or the time to sum this up');
    return false;
  }
  const { attempt, build } = summedUp;
  metrics.buildSeconds.observe({ span: due.span }, (clock.now() - startedAtMs) / secondMs);
  const sealing = { attempt, asOfUs, seals: [{ ...due, ...sumsOnly, build }] };
  if (!(await patiently('write seals', signal, () => store.writeSeals(sealing, signal)))) {
    metrics.late.inc();
    return false;
  }
  metrics.spans.inc({ span: due.span });
  logger.debug({ env_id: due.envId, span: due.span, start: new Date(due.startMs) }, 'summed up');
  return true;
}
