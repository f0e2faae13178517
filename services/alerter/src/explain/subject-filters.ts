import type { Subject } from '@custody/detect';
import type { Filter, FilterColumn } from '@custody/store';

const columns = {
  agent: 'agent_key',
  human: 'human_key',
  server: 'server',
  reason: 'reason_code',
} as const satisfies Record<string, FilterColumn>;

export function oneOf(column: FilterColumn, values: readonly string[]): Filter {
  return { include: [{ column, operator: 'in', values }], exclude: [] };
}

function cut(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Which decisions a subject is about. */
export function subjectFilters({ envId, kind, key }: Subject): Filter[] {
  const ofEnvironment = oneOf('env_id', [envId]);
  if (kind === 'environment') return [ofEnvironment];
  if (kind === 'tool') {
    const [server, tool] = cut(key, ':');
    return [ofEnvironment, oneOf('server', [server]), oneOf('tool', [tool])];
  }
  if (kind === 'pair') {
    const [agent, server] = cut(key, ' → ');
    return [ofEnvironment, oneOf('agent_key', [agent]), oneOf('server', [server])];
  }
  return [ofEnvironment, oneOf(columns[kind], [key])];
}
