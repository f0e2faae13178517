import {
  type HeldAlert,
  type JudgedTransition,
  type RuleSet,
  type Silence,
  silencedBy,
  subjectOf,
  transitionIdOf,
} from '@custody/detect';

interface Heard {
  readonly held: readonly HeldAlert[];
  readonly steps: readonly { readonly judged: JudgedTransition; readonly lookId: string | null }[];
  readonly ruleSet: RuleSet;
  readonly silences: readonly Silence[];
  readonly atMs: number;
}

export interface Unsilenced {
  readonly held: readonly HeldAlert[];
  readonly steps: Heard['steps'];
  readonly untold: readonly string[];
}

type Names = ReadonlyMap<string, string>;

/** What keeps a step from being told; empty where nothing does. */
export function silencersOf(
  judged: JudgedTransition,
  { silences, ruleSet }: Pick<Heard, 'silences' | 'ruleSet'>,
  names: Names,
  nowMs: number,
): string[] {
  const envNames = [names.get(judged.subject.envId) ?? ''];
  return silencedBy({ ...judged, envNames }, silences, ruleSet.rules, nowMs);
}

function reminderOf(held: HeldAlert, ruleSet: RuleSet, atMs: number): JudgedTransition | null {
  const { rule, alert, told } = held;
  if (told === null) return null;
  const own = ruleSet.rules.find(({ name }) => name === rule);
  const sequence = told.sequence + 1;
  return {
    ...{ alertId: told.alertId, transitionId: transitionIdOf(told.alertId, sequence), sequence },
    ...{ kind: 'reminded', status: told.status, atMs, rule, ruleVersion: own?.version ?? '', rules: [rule] },
    ...{ detector: alert.detector, severity: told.severity, subject: subjectOf(held), openedAtMs: told.openedAtMs },
    ...{ resolvedAtMs: null, peak: alert.peak, finding: alert.finding, members: [], mergedInto: '' },
    sentence: `It went on while it was silenced. ${alert.finding.sentence}`,
    ...{ runbook: own?.runbook ?? '', channels: own?.channels ?? null, actor: '', note: '' },
  };
}

/** Tells of alerts whose silence has ended while they go on, and notes which are silenced now. */
export function unsilenced(heard: Heard, untold: readonly string[], names: Names, nowMs: number): Unsilenced {
  const waiting = new Set(untold);
  const told = new Set<string>();
  for (const { judged } of heard.steps) {
    told.add(judged.alertId);
    const isOver = judged.status === 'resolved' || judged.status === 'withdrawn';
    const isSilenced = silencersOf(judged, heard, names, nowMs).length > 0;
    if (isSilenced && !isOver) waiting.add(judged.alertId);
    else waiting.delete(judged.alertId);
  }
  const steps = [...heard.steps];
  const held = heard.held.map((one): HeldAlert => {
    const alertId = one.told?.alertId ?? '';
    if (one.told === null || !waiting.has(alertId) || told.has(alertId) || one.told.status !== 'open') return one;
    const reminder = reminderOf(one, heard.ruleSet, heard.atMs);
    if (reminder === null || silencersOf(reminder, heard, names, nowMs).length > 0) return one;
    steps.push({ judged: reminder, lookId: null });
    waiting.delete(alertId);
    return { ...one, told: { ...one.told, sequence: reminder.sequence } };
  });
  const known = new Set(held.flatMap((one) => one.told?.alertId ?? []));
  return { held, steps, untold: [...waiting].filter((id) => known.has(id)).sort() };
}
