import type { Rule } from '../api/rule-questions.ts';
import { words } from '../format/names.ts';

const detectorWords: Readonly<Record<string, string>> = {
  spike: 'many more denials than usual',
  threshold: 'as many denials as it says',
  deny_rate_step: 'a deny rate that changed at once',
  sweep: 'an agent that is denied on tool after tool',
  privileged_after_denials: 'a privileged call allowed after denials',
  dormant_agent: 'an agent that is back after weeks of silence',
  first_denial: 'a first denial after a long clean past',
  source_silent: 'an environment that has gone silent',
  coverage_lost: 'time that Custody cannot read or prove',
};

/** All that there are, as rules name them. */
export const detectors: readonly string[] = Object.keys(detectorWords);

export function detectorText(detector: string): string {
  return detectorWords[detector] ?? words(detector);
}

/** Where a rule comes from, and whoever changed it last. */
export function originText({ origin, file, line, changed_by }: Rule): string {
  if (origin === 'file') return `${file ?? 'file'}${line === null ? '' : `:${line}`}`;
  return origin === 'api' ? `made over the API${changed_by ? ` by ${changed_by}` : ''}` : 'comes with Custody';
}

/** A budget of false alerts as a person counts them. */
export function budgetText(budget: number): string {
  if (budget <= 0) return 'none';
  if (budget >= 1) return `${Number(budget.toPrecision(3))} a day`;
  const days = 1 / budget;
  return days < 2 ? `${Number(budget.toPrecision(2))} a day` : `1 in ${Math.round(days)} days`;
}

/** What it looks at, label by label; nothing for everything. */
export function scopeParts({ scope }: Rule): string[] {
  const { kinds: _, ...filters } = scope;
  return Object.entries(filters).flatMap(([label, values]) =>
    values.length === 0 ? [] : [`${label} ${values.join(', ')}`],
  );
}
