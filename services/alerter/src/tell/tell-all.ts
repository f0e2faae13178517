import type { TickRecord } from '@custody/decision';
import type { EnvironmentInput, RuleSet, Silence } from '@custody/detect';
import type { Explanation } from '../explain/explanation.ts';
import { transitionOf } from '../explain/transition-of.ts';
import type { TickStore } from '../tick/tick-store.ts';
import { silencersOf, type Unsilenced } from './unsilenced.ts';

export interface TellingParts {
  readonly store: Pick<TickStore, 'explain'>;
  /** Names of the channels that there are. */
  readonly channelNames: () => readonly string[];
  readonly publicUrl: string;
  readonly isDemo: boolean;
}

export interface ToTell {
  readonly steps: Unsilenced['steps'];
  readonly ruleSet: RuleSet;
  readonly silences: readonly Silence[];
  readonly environments: readonly EnvironmentInput[];
  readonly names: ReadonlyMap<string, string>;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** So many steps of one tick are explained out of the store; a flood of more is told by what was judged. */
const mostExplained = 50;
const nothing: Explanation = { contributors: {}, newPairs: [], grantChanges: [], examples: [], names: new Map() };

/** Steps as they are recorded and told, with their explanations. Throws `STORE_*`. */
export async function tellAll(parts: TellingParts, toTell: ToTell): Promise<TickRecord['transitions']> {
  const { store, channelNames, publicUrl, isDemo } = parts;
  const { steps, environments, names, nowMs, signal } = toTell;
  const readings = new Map(environments.map(({ envId, reading }) => [envId, reading]));
  const told: TickRecord['transitions'] = [];
  for (const [index, { judged, lookId }] of steps.entries()) {
    const { envId } = judged.subject;
    const explanation = index < mostExplained ? await store.explain(judged.finding, signal) : nothing;
    const rule = toTell.ruleSet.rules.find(({ name }) => name === judged.rule);
    const telling = {
      own: { severity: rule?.severities[judged.detector] ?? 'warning', runbook: rule?.runbook ?? '' },
      ...{ decidedAtMs: nowMs, envName: names.get(envId) ?? envId, reading: readings.get(envId) ?? null, explanation },
      ...{ silencedBy: silencersOf(judged, toTell, names, nowMs), channels: channelNames(), publicUrl, isDemo },
    };
    told.push({ transition: transitionOf(judged, telling), lookId });
  }
  return told;
}
