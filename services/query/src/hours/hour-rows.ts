import { hourMs, hourOf, type TimeRange } from '@custody/decision';
import type { Coverage, Gap, sealRow } from '@custody/store';
import { z } from 'zod';
import { troubleText } from './seal-text.ts';

export const hourRow = z
  .object({
    env_id: z.string(),
    env_name: z.string(),
    hour: z.string().describe('Its start; hours are of UTC'),
    state: z
      .enum(['complete', 'empty', 'incomplete', 'changed', 'blind', 'unreadable', 'open', 'unsealed'])
      .describe(
        'complete, empty, incomplete: as its seal says. changed: to be sealed again. blind: older than the lateness, and not proven. unreadable: the source cannot list it in full. open: too young to be proven. unsealed: proven, and not sealed yet',
      ),
    why: z.string().describe('Why it is neither complete nor empty, in words; empty where it is'),
    decisions: z.number().nullable().describe('As the newest seal says; null: never sealed'),
    revision: z.number().int().describe('Of the newest seal; 0: never sealed'),
    raw_expired: z.boolean().describe('Its decisions are kept as sums only'),
    open_seconds: z.number(),
    blind_seconds: z.number(),
    unreadable_seconds: z.number(),
  })
  .meta({ id: 'CoveredHour' });
type HourRow = z.infer<typeof hourRow>;
type Seal = z.infer<typeof sealRow>;
type Lengths = Record<Gap['state'], number>;

/** Milliseconds of each hour that are not proven, by environment and start. */
function lengthsOf(gaps: readonly Gap[]): Map<string, Lengths> {
  const lengths = new Map<string, Lengths>();
  for (const { envId, fromMs, toMs, state } of gaps) {
    for (let hour = hourOf(fromMs); hour < toMs; hour += hourMs) {
      const key = `${envId} ${hour}`;
      const own = lengths.get(key) ?? { open: 0, blind: 0, unreadable: 0 };
      own[state] += Math.min(toMs, hour + hourMs) - Math.max(fromMs, hour);
      lengths.set(key, own);
    }
  }
  return lengths;
}

/** What is to be said of an hour; a stretch that is not proven counts for more than a seal that says all is well. */
function stateOf(
  seal: Seal | undefined,
  { open, blind, unreadable }: Lengths,
  isOver: boolean,
): [HourRow['state'], string] {
  if (seal !== undefined && (!seal.is_current || seal.state === 'incomplete')) {
    const { state, reasons, missing, dead_letters: deadLetters, is_current: isCurrent } = seal;
    return [isCurrent ? state : 'changed', troubleText({ state, reasons, missing, deadLetters, isCurrent })];
  }
  if (blind > 0) return ['blind', 'older than the lateness, and not proven'];
  if (unreadable > 0) return ['unreadable', 'it has seconds that the source cannot list in full'];
  if (open > 0 || !isOver) return ['open', 'too young to be proven: late decisions may still come'];
  return seal === undefined ? ['unsealed', 'read and proven, and not sealed yet'] : [seal.state, ''];
}

/** Told as of a moment: coverage, gaps and seals of the same range. */
export interface Covered {
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly coverage: readonly Coverage[];
  readonly gaps: readonly Gap[];
  readonly seals: readonly Seal[];
}

/** Every hour that touches the range, environment by environment, from where its history begins until now. */
export function hourRows({ range, nowMs, coverage, gaps, seals }: Covered): HourRow[] {
  const lengths = lengthsOf(gaps);
  const sealed = new Map(seals.map((seal) => [`${seal.env_id} ${Date.parse(seal.hour)}`, seal]));
  const seconds = (ms: number) => Math.ceil(ms / 1000);
  return coverage.flatMap(({ env_id, env_name, oldest }) => {
    const firstMs = hourOf(Math.max(range.fromMs, Date.parse(oldest)));
    const count = Math.max(0, Math.ceil((Math.min(range.toMs, nowMs) - firstMs) / hourMs));
    return Array.from({ length: count }, (_, n): HourRow => {
      const startMs = firstMs + n * hourMs;
      const key = `${env_id} ${startMs}`;
      const own = lengths.get(key) ?? { open: 0, blind: 0, unreadable: 0 };
      const seal = sealed.get(key);
      const [state, why] = stateOf(seal, own, startMs + hourMs <= nowMs);
      return {
        ...{ env_id, env_name, hour: new Date(startMs).toISOString(), state, why },
        ...{
          decisions: seal?.decisions ?? null,
          revision: seal?.revision ?? 0,
          raw_expired: seal?.raw_expired ?? false,
        },
        ...{ open_seconds: seconds(own.open), blind_seconds: seconds(own.blind) },
        unreadable_seconds: seconds(own.unreadable),
      };
    });
  });
}
