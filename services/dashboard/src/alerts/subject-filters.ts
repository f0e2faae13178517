import { literal } from '../state/filters.ts';
import type { ViewChange } from '../state/view.ts';

interface Subject {
  readonly kind: string;
  readonly key: string;
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The filters of what an alert is about, of decisions as of silences; none of a whole environment. */
export function subjectFilters({ kind, key }: Subject): Record<string, string> {
  if (kind === 'tool') {
    const [server, tool] = cut(key, ':');
    return { server: literal(server), tool: literal(tool) };
  }
  if (kind === 'pair') {
    const [agent, server] = cut(key, ' → ');
    return { agent: literal(agent), server: literal(server) };
  }
  if (kind === 'environment' || key === '') return {};
  return { [kind]: literal(key) };
}

/** The same for pages of decisions, which call a reason by its code. */
export function decisionFilters(subject: Subject): ViewChange {
  const { reason, ...others } = subjectFilters(subject);
  return { ...others, ...(reason !== undefined && { reason_code: reason }) };
}
