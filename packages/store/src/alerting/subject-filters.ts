import type { Filter, FilterColumn } from '../questions/selection.ts';

const columns: Readonly<Record<string, FilterColumn>> = {
  agent: 'agent_key',
  human: 'human_key',
  server: 'server',
  reason: 'reason_code',
};

/** A filter on some values of one column. */
export function oneOf(column: FilterColumn, values: readonly string[]): Filter {
  return { include: [{ column, operator: 'in', values }], exclude: [] };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

export interface AlertSubject {
  readonly envId: string;
  readonly kind: string;
  readonly key: string;
}

/** Which decisions an alert's subject is about; those of its environment where it is of no kind that is known. */
export function subjectFilters({ envId, kind, key }: AlertSubject): Filter[] {
  const ofEnvironment = oneOf('env_id', [envId]);
  if (kind === 'tool') {
    const [server, tool] = cut(key, ':');
    return [ofEnvironment, oneOf('server', [server]), oneOf('tool', [tool])];
  }
  if (kind === 'pair') {
    const [agent, server] = cut(key, ' → ');
    return [ofEnvironment, oneOf('agent_key', [agent]), oneOf('server', [server])];
  }
  const column = columns[kind];
  return column === undefined ? [ofEnvironment] : [ofEnvironment, oneOf(column, [key])];
}
