import { agentsPerKind, type World } from './decisions.ts';
import type { Stage } from './stage.ts';

/**
 * Rows of a world that say what was true before the late grants of their agent were known; of so many agents of each kind.
 */
export async function rowsBehind(
  stage: Stage,
  { envId, lastSeenMs, firstMissingMs }: World,
  agents = agentsPerKind,
): Promise<number> {
  const at = 'toUnixTimestamp64Milli(occurred_at)';
  const [row] = await stage.instance.rows<{ behind: number }>(
    `SELECT toUInt32(countIf(attribution != multiIf(
      startsWith(agent_key, 'agent|consent-learned-late-') OR ${at} <= ${lastSeenMs}, 'exact',
      ${at} < ${firstMissingMs}, 'inferred', 'unknown'))) AS behind
    FROM custody.decisions WHERE env_id = '${envId}' AND agent_key LIKE 'agent|%-learned-late-%'
      AND toUInt32(extract(agent_key, '\\\\d+$')) < ${agents}`,
  );
  return row?.behind ?? Number.NaN;
}
