import { parseFilterText, passesFilter, severities } from '@custody/decision';
import { z } from 'zod';
import { detectors, type Subject } from '../finding.ts';
import { isMuted, muteText } from './mute.ts';
import type { Rule } from './rule.ts';

/** What a silence may go by. */
export const silenceLabels = [
  'env',
  'agent',
  'human',
  'server',
  'tool',
  'reason',
  'detector',
  'rule',
  'severity',
] as const;
export type SilenceLabel = (typeof silenceLabels)[number];

const value = z
  .string()
  .max(500)
  .refine((text) => parseFilterText(text).every((it) => it.text !== ''))
  .describe('a value: x, x* for "starts with", !x for "not", several with commas');

/** Which alerts a silence is about, as it is written: every label that it names has to fit. */
export const silenceMatcher = z
  .strictObject(
    Object.fromEntries(silenceLabels.map((label) => [label, z.union([value, z.array(value).min(1)]).optional()])),
  )
  .refine((given) => Object.values(given).some((it) => it !== undefined))
  .describe(
    `at least one of ${silenceLabels.join(', ')}; detectors are ${detectors.join(', ')}, severities ${severities.join(', ')}`,
  );
export type SilenceMatcher = Readonly<Partial<Record<SilenceLabel, string | readonly string[]>>>;

/** Somebody wants to hear nothing of some alerts for a time. */
export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  /** Name of the token. */
  readonly createdBy: string;
}

/** What is known of a transition to silence it by. */
export interface Silenceable {
  readonly rule: string;
  /** All rules whose findings it is made of. */
  readonly rules: readonly string[];
  readonly detector: string;
  readonly severity: string;
  readonly subject: Pick<Subject, 'envId'> & { readonly kind: string; readonly key: string };
  /** The environment's key and name. */
  readonly envNames?: readonly string[];
}

function bare(key: string): string[] {
  return key.includes('|') ? [key, key.slice(key.indexOf('|') + 1)] : [key];
}

/** The names by which a transition answers to a label; `null` where its subject is not of that label. */
function namesOf(
  { subject, rule, detector, severity, envNames = [] }: Silenceable,
  label: SilenceLabel,
): string[] | null {
  const { kind, key, envId } = subject;
  const [agent = '', paired = ''] = key.split(' → ');
  switch (label) {
    case 'env':
      return [envId, ...envNames];
    case 'rule':
      return [rule];
    case 'detector':
      return [detector];
    case 'severity':
      return [severity];
    case 'agent':
      return kind === 'agent' ? bare(key) : kind === 'pair' ? bare(agent) : null;
    case 'human':
      return kind === 'human' ? bare(key) : null;
    case 'server':
      if (kind === 'tool') return [key.slice(0, Math.max(0, key.indexOf(':')))];
      return kind === 'server' ? [key] : kind === 'pair' ? [paired] : null;
    case 'tool':
      return kind === 'tool' ? [key, key.slice(key.indexOf(':') + 1)] : null;
    case 'reason':
      return kind === 'reason' ? [key] : null;
  }
}

/** Whether a silence is about a transition: by what its subject surely is, and by nothing that it merely may be. */
export function matches({ matcher }: Pick<Silence, 'matcher'>, transition: Silenceable): boolean {
  return silenceLabels.every((label) => {
    const filter = matcher[label];
    if (filter === undefined) return true;
    const names = namesOf(transition, label);
    return names !== null && passesFilter(parseFilterText(filter), names);
  });
}

/**
 * What keeps a transition from being told at an instant: silences as `silence:id`, and the mute times of its rules as
 * `mute:rule` with the time, where every rule that it is made of is muted. Empty where it is told.
 */
export function silencedBy(
  transition: Silenceable,
  silences: readonly Silence[],
  rules: readonly Rule[],
  atMs: number,
): string[] {
  const on = silences.filter(
    (silence) => silence.startsAtMs <= atMs && atMs < silence.endsAtMs && matches(silence, transition),
  );
  const mutes = transition.rules.map((name) => {
    const mute = rules.find((rule) => rule.name === name)?.mutes.find((it) => isMuted(it, atMs));
    return mute === undefined ? null : `mute:${name} (${muteText(mute)})`;
  });
  const isMutedWhole = mutes.length > 0 && mutes.every((it) => it !== null);
  return [...on.map(({ id }) => `silence:${id}`).sort(), ...(isMutedWhole ? mutes.filter((it) => it !== null) : [])];
}
