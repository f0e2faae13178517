import { type AlertTransition, parseTimestamp } from '@custody/decision';
import type { GrantChange } from '@custody/store';

type ToldChange = AlertTransition['grantChanges'][number];

function whatOf({ kind, tool }: GrantChange): string {
  return kind === 'tool_level' ? `tool level of ${tool}` : kind;
}

/**
 * Changes of grants, newest first: one that ended and one that appeared for the same of the same are one change, from the one
 * level to the other.
 */
export function grantChangesOf(changes: readonly GrantChange[], most: number): ToldChange[] {
  const same = Map.groupBy(changes, (it) => JSON.stringify([it.kind, it.agent_key, it.human_key, it.server, it.tool]));
  const found = [...same.values()].flatMap((of): ToldChange[] => {
    // They come newest first.
    const [after, before] = [of.find((it) => it.change === 'appeared'), of.findLast((it) => it.change === 'ended')];
    const newest = of[0];
    if (newest === undefined || (after === undefined && before === undefined)) return [];
    const { agent_key: agentKey, human_key: humanKey, server } = newest;
    const isGone = newest.change === 'ended';
    const levels = { before: before?.level ?? '', after: isGone ? '' : (after?.level ?? '') };
    return [{ atMs: parseTimestamp(newest.at) ?? 0, agentKey, humanKey, server, what: whatOf(newest), ...levels }];
  });
  return found.sort((a, b) => b.atMs - a.atMs).slice(0, most);
}
