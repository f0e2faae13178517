import type { AccessChange } from '@custody/store';
import type { ExportColumn } from '../export/column.ts';
import type { LocalClock } from './local-clock.ts';

/** The columns of the report's file of changes of access. */
export const changeColumns: readonly ExportColumn[] = [
  'time',
  'local_time',
  'not_before',
  'env_id',
  'kind',
  'change',
  'agent',
  'agent_name',
  'human',
  'human_name',
  'server',
  'tool',
  'level',
  'cause',
  'cause_time',
  'grant_id',
  'decision_id',
  'previous_decision_id',
].map((name) => ({ name, kind: 'text' }));

/** The row of the file, by column. */
export function changeRow(change: AccessChange, clock: LocalClock): Record<string, string> {
  return {
    time: change.at,
    local_time: clock.format(Date.parse(change.at)),
    not_before: change.not_before,
    env_id: change.env_id,
    kind: change.kind,
    change: change.change,
    agent: change.agent_key,
    agent_name: change.agent_name,
    human: change.human_key,
    human_name: change.human_name,
    server: change.server,
    tool: change.tool,
    level: change.level,
    cause: change.cause,
    cause_time: change.cause_at ?? '',
    grant_id: change.grant_id,
    decision_id: change.decision_id ?? '',
    previous_decision_id: change.previous_decision_id ?? '',
  };
}
