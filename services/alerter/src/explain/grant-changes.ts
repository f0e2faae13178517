import { type AlertTransition, parseTimestamp } from '@custody/decision';
import type { AccessChange } from '@custody/store';

type GrantChange = AlertTransition['grantChanges'][number];

function whatOf({ kind, tool }: AccessChange): string {
  return kind === 'tool_level' ? `tool level of ${tool}` : kind;
}

/**
 * Changes of grants, newest first: one that ended and one that appeared for the same of the same are one change, from the one
 * level to the other. Flips of verdicts are no changes of grants.
 */
export function grantChangesOf(changes: readonly AccessChange[], most: number): GrantChange[] {
  const grants = changes.filter(({ kind }) => kind !== 'decision');
  const same = Map.groupBy(grants, (it) => JSON.stringify([it.kind, it.agent_key, it.human_key, it.server, it.tool]));
  const found = [...same.values()].flatMap((of): GrantChange[] => {
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
