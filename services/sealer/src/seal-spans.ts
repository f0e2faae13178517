import { randomUUID } from 'node:crypto';
import { secondMs } from '@custody/decision';
import { type DueSpan, sumsOnly } from '@custody/store';
import type { SealingParts } from './sealing-parts.ts';

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
  for (const span of due) {
    if (clock.now() > untilMs) return true;
    await sealSpan(parts, span, asOfUs, signal);
  }
  // Months wait for their days.
  return due.some(({ span }) => span === 'day');
}

async function sealSpan(parts: SealingParts, due: DueSpan, asOfUs: number, signal: AbortSignal): Promise<void> {
  const { store, patiently, clock, metrics, logger } = parts;
  const isDue = () => store.isSpanDue(due, clock.now(), signal);
  if (!(await patiently('look at a day again', signal, isDue))) return;
  const startedAtMs = clock.now();
  const { attempt, build } = await patiently('sum up a day', signal, async () => {
    const own = randomUUID();
    return { attempt: own, ...(await store.buildSpan(due, own, signal)) };
  });
  metrics.buildSeconds.observe({ span: due.span }, (clock.now() - startedAtMs) / secondMs);
  const sealing = { attempt, asOfUs, seals: [{ ...due, ...sumsOnly, build }] };
  if (!(await patiently('write seals', signal, () => store.writeSeals(sealing, signal)))) {
    metrics.late.inc();
    return;
  }
  metrics.spans.inc({ span: due.span });
  logger.debug({ env_id: due.envId, span: due.span, start: new Date(due.startMs) }, 'summed up');
}
