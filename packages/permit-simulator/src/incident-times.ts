import { type Human, isNight, isWeekend } from './humans.ts';
import { Rng } from './rng.ts';

export type IncidentKind = 'probing_agent' | 'ceiling_lowered' | 'dormant_agent';

/** When an incident happens; `live` ones come after the anchor. */
export interface IncidentTime {
  readonly id: string;
  readonly kind: IncidentKind;
  readonly live: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  /** The human whose agent it is; absent for the ceiling. */
  readonly human?: Human;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Each kind once in the fortnight before the anchor and once after it, the first live one within three minutes. */
export function incidentTimes(
  seed: number,
  humans: readonly Human[],
  historyFromMs: number,
  anchorMs: number,
): IncidentTime[] {
  const rng = Rng.of(seed, 'incident-times');
  const workday = (daysBack: number, hourUtc: number) => {
    let dayStart = Math.floor((anchorMs - daysBack * dayMs) / dayMs) * dayMs;
    while (isWeekend(dayStart)) dayStart -= dayMs;
    return second(dayStart + hourUtc * hourMs + rng.int(0, 20 * 60) * 1000);
  };
  const sleeper = humans[rng.int(8, humans.length - 1)] as Human;
  const nightMs = Math.floor((anchorMs - 8 * dayMs) / dayMs) * dayMs + (3 - sleeper.utcOffsetHours) * hourMs;
  const probeMs = workday(4, 15);
  const dropMs = workday(2, 13);
  const wakeMs = second(nightMs + rng.int(0, 40 * 60) * 1000);
  const liveProbeMs = second(anchorMs) + rng.int(70, 110) * 1000;
  const liveDropMs = second(anchorMs) + rng.int(12, 15) * minuteMs;
  const liveWakeMs = second(anchorMs) + rng.int(33, 38) * minuteMs;
  const asleep = humans.filter((human) => human !== sleeper && isNight(human, liveWakeMs));
  const times: IncidentTime[] = [
    time('probing_agent', false, probeMs, 6 * minuteMs, rng.pick(humans.slice(4))),
    time('ceiling_lowered', false, dropMs, 50 * minuteMs),
    time('dormant_agent', false, wakeMs, 18 * minuteMs, sleeper),
    time('probing_agent', true, liveProbeMs, 4 * minuteMs, rng.pick(humans.slice(4))),
    time('ceiling_lowered', true, liveDropMs, 8 * minuteMs),
    time('dormant_agent', true, liveWakeMs, 12 * minuteMs, asleep.length > 0 ? rng.pick(asleep) : rng.pick(humans)),
  ];
  return times.filter((incident) => incident.live || incident.fromMs >= historyFromMs);
}

function time(kind: IncidentKind, live: boolean, fromMs: number, lastsMs: number, human?: Human): IncidentTime {
  const id = `${live ? 'live' : 'past'}-${kind}`;
  return { id, kind, live, fromMs, toMs: fromMs + lastsMs, ...(human && { human }) };
}

function second(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
