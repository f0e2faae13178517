import type { View } from '../state/view.ts';
import { questionOf } from '../state/view.ts';
import { shellWord } from './shell-word.ts';

/** What a report can be narrowed by beside its environment. */
export const scopeNames = ['human', 'agent', 'server'] as const;
export type ScopeName = (typeof scopeNames)[number];

/** The view with the filters alone that a report takes. */
export function scopedView(view: View): View {
  const own = scopeNames.map((name) => [name, view.filters[name] ?? ''] as const).filter(([, text]) => text !== '');
  return { ...view, filters: Object.fromEntries(own) };
}

export function reportHref(view: View): string {
  return `/v1/reports/compliance?${new URLSearchParams(questionOf(scopedView(view)))}`;
}

/** The same report from a command line, which checks it before it keeps it. */
export function reportCommand(view: View): string {
  const given = Object.entries(questionOf(scopedView(view)));
  // With `=`: a time such as -30d would read as an option.
  return ['custody report', ...given.map(([name, text]) => `--${name}=${shellWord(text)}`)].join(' ');
}
