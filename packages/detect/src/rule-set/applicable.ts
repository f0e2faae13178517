import type { Detector, SeriesKind } from '../finding.ts';
import type { RuleScope } from './rule.ts';

const dimensions = ['agent', 'human', 'server', 'tool', 'reason'] as const;
type ScopeDimension = (typeof dimensions)[number];

/** What the key of a series says, beyond its environment. */
const told: Readonly<Record<SeriesKind, readonly ScopeDimension[]>> = {
  agent: ['agent'],
  human: ['human'],
  server: ['server'],
  tool: ['server', 'tool'],
  reason: ['reason'],
  environment: [],
};

/** By what a detector's findings can be bounded; `spike` by its series, `threshold` by anything. */
const bounded: Readonly<Partial<Record<Detector, readonly ScopeDimension[]>>> = {
  sweep: ['agent', 'server', 'tool'],
  privileged_after_denials: ['agent', 'server', 'tool'],
  first_denial: ['agent', 'server'],
  deny_rate_step: ['server'],
  dormant_agent: ['agent'],
  source_silent: [],
  coverage_lost: [],
  threshold: dimensions,
};

/** What a scope bounds, but for the environment. */
export function boundsOf(scope: RuleScope): ScopeDimension[] {
  return dimensions.filter((dimension) => scope[dimension].length > 0);
}

/** The kinds of series whose own key tells whether they lie within the scope: counts of others cannot be split up. */
export function kindsWithin(scope: RuleScope): SeriesKind[] {
  const bounds = boundsOf(scope);
  return scope.kinds.filter((kind) => bounds.every((dimension) => told[kind].includes(dimension)));
}

/** Whether a detector can find anything within the scope. */
export function isApplicable(detector: Detector, scope: RuleScope): boolean {
  if (detector === 'spike') return kindsWithin(scope).length > 0;
  const by = bounded[detector] ?? [];
  return boundsOf(scope).every((dimension) => by.includes(dimension));
}
