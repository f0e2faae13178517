import { type AlertTransition, minuteMs } from '@custody/decision';
import { completenessOf, type JudgedTransition, type Reading, titleOf } from '@custody/detect';
import type { Explanation } from './explanation.ts';

/** What a transition is told with, beyond what was judged. */
export interface Telling {
  readonly decidedAtMs: number;
  readonly envName: string;
  /** Of the environment, as the look had it; `null` where it is not known any more. */
  readonly reading: Reading | null;
  readonly explanation: Explanation;
  /** The explanation is of what the look knew, and nothing more. */
  readonly isBrief?: boolean;
  /** What its own rule says of it. */
  readonly own: NonNullable<AlertTransition['own']>;
  readonly silencedBy: readonly string[];
  /** Names of all channels that there are. */
  readonly channels: readonly string[];
  /** What every link begins with; `''` for links on this machine. */
  readonly publicUrl: string;
  readonly isDemo: boolean;
}

/** What was judged so long after its moment was read late. */
const lateMs = 5 * minuteMs;
/** Of thousands that are told together so many of each kind are named. */
const mostOfKind = 25;

function named(members: JudgedTransition['members']): JudgedTransition['members'] {
  return [...Map.groupBy(members, ({ subject }) => subject.kind).values()].flatMap((of) => of.slice(0, mostOfKind));
}

function nameOf({ subject: { kind, key } }: JudgedTransition, { envName, explanation: { names } }: Telling): string {
  if (kind === 'environment') return envName;
  if (kind !== 'pair') return names.get(key) ?? key;
  return key
    .split(' → ')
    .map((one) => names.get(one) ?? one)
    .join(' → ');
}

/** A step as it is recorded and told. Pure. */
export function transitionOf(judged: JudgedTransition, telling: Telling): AlertTransition {
  const { finding, subject, channels, members, mergedInto, note } = judged;
  const { decidedAtMs, envName, reading, explanation, own, silencedBy, publicUrl, isDemo } = telling;
  const { contributors, newPairs, grantChanges, examples } = explanation;
  const name = nameOf(judged, telling);
  const shown = named(members);
  const namedSubject = (of: JudgedTransition['subject']) => ({
    ...{ envId: of.envId, envName, kind: of.kind, key: of.key },
    name: explanation.names.get(of.key) ?? of.key,
  });
  return {
    ...{ transitionId: judged.transitionId, alertId: judged.alertId, sequence: judged.sequence },
    ...{ kind: judged.kind, status: judged.status, atMs: judged.atMs, decidedAtMs },
    ...{ rule: judged.rule, ruleVersion: judged.ruleVersion, detector: judged.detector, severity: judged.severity },
    subject: { ...namedSubject(subject), name },
    ...{ openedAtMs: judged.openedAtMs, resolvedAtMs: judged.resolvedAtMs, window: finding.window },
    ...{ observed: finding.observed, expected: finding.expected, bound: finding.bound },
    ...{ probability: finding.probability, peak: judged.peak },
    title: titleOf(judged, name, envName),
    ...{ sentence: judged.sentence, unless: finding.unless },
    isLate: judged.actor === '' && decidedAtMs - judged.atMs > lateMs,
    completeness: reading === null ? finding.completeness : completenessOf(finding.window, reading),
    ...{ readUntilMs: reading?.readUntilMs ?? 0, provenUntilMs: reading?.provenUntilMs ?? 0 },
    contributors: Object.fromEntries(Object.entries(contributors).map(([kind, those]) => [kind, [...those]])),
    ...{ newPairs: [...newPairs], grantChanges: [...grantChanges] },
    examples: examples.map((one) => ({ ...one, url: `${publicUrl}/decisions/${one.decisionId}` })),
    own,
    members: shown.map((it) => ({ detector: it.detector, subject: namedSubject(it.subject), sentence: it.sentence })),
    ...(members.length > shown.length && { otherMembers: members.length - shown.length }),
    ...(telling.isBrief === true && { isBrief: true }),
    ...{
      silencedBy: [...silencedBy],
      actor: judged.actor,
      note: mergedInto === '' ? note : `merged into ${mergedInto}`,
    },
    runbook: judged.runbook,
    channels: channels === null ? [...telling.channels] : [...channels],
    ...{ url: `${publicUrl}/alerts/${judged.alertId}`, isDemo },
  };
}
