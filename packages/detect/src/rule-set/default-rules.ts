import type { RuleDocument } from './rule-document.ts';

/**
 * What runs where nobody has written a rule: one false alert a day for the whole installation. A rule of the same name
 * stands in for one of these; `enabled: false` turns it off.
 */
export const defaultRuleDocuments: readonly RuleDocument[] = [
  {
    name: 'unusual-denials',
    description:
      'More denials than an agent, human, server, tool, reason or environment has by itself; changed policies.',
    detectors: ['spike', 'deny_rate_step'],
    budget: 0.85,
  },
  {
    name: 'suspicious-agents',
    description: 'Agents that try many tools, get a privileged one after denials, or are back after weeks of silence.',
    detectors: ['sweep', 'privileged_after_denials', 'dormant_agent'],
    budget: 0.1,
  },
  {
    name: 'blindness',
    description: 'An environment that has gone silent, or that Custody cannot read or prove.',
    detectors: ['source_silent', 'coverage_lost'],
    budget: 0.05,
  },
];
