import type { TickRecord } from '@custody/decision';
import type { DeniedCell, EnvironmentInput, RuleSet, Silence } from '@custody/detect';
import { transitionOf } from '../explain/transition-of.ts';
import { type ExplainingParts, explainAll, isOfToldKind } from './explained.ts';
import { silencersOf, type Unsilenced } from './unsilenced.ts';

export interface TellingParts extends ExplainingParts {
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
  /** Denials of the last hour by environment, of those where something happened. */
  readonly denied: ReadonlyMap<string, readonly DeniedCell[]>;
  readonly names: ReadonlyMap<string, string>;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** Steps as they are recorded and told, with their explanations. Throws `STORE_*` where the signal aborts. */
export async function tellAll(parts: TellingParts, toTell: ToTell): Promise<TickRecord['transitions']> {
  const { channelNames, publicUrl, isDemo } = parts;
  const { environments, denied, names, nowMs, signal } = toTell;
  const readings = new Map(environments.map(({ envId, reading }) => [envId, reading]));
  const rules = new Map(toTell.ruleSet.rules.map((rule) => [rule.name, rule]));
  const steps = toTell.steps.map((step) => {
    const silencedBy = silencersOf(step.judged, toTell, names, nowMs);
    return { ...step, silencedBy, isTold: silencedBy.length === 0 && isOfToldKind(step.judged) };
  });
  const explained = await explainAll(parts, steps, (envId) => denied.get(envId) ?? [], signal);
  return steps.map(({ judged, lookId, silencedBy }) => {
    const { envId } = judged.subject;
    const rule = rules.get(judged.rule);
    const telling = {
      own: { severity: rule?.severities[judged.detector] ?? 'warning', runbook: rule?.runbook ?? '' },
      ...{ decidedAtMs: nowMs, envName: names.get(envId) ?? envId, reading: readings.get(envId) ?? null },
      ...{ silencedBy, channels: channelNames(), publicUrl, isDemo, ...explained(judged) },
    };
    return { transition: transitionOf(judged, telling), lookId };
  });
}
