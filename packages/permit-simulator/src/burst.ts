import type { GivenEntry } from './entry-list.ts';
import { hyphened, idOf } from './ids.ts';
import { Rng } from './rng.ts';
import type { Scope } from './scope.ts';
import { microTime } from './time-text.ts';
import type { BurstOptions } from './world.ts';

/** A burst where there is no world to draw calls from: 40 agents, 12 servers of 20 tools, one of twelve denied. */
export function plainBurst(seed: number, scope: Scope, { atMs, count, spread }: BurstOptions): GivenEntry[] {
  const rng = Rng.of(seed, 'burst', atMs);
  const numbers = Array.from({ length: 40 }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => {
    const micros = atMs * 1000 + rng.int(0, 999_999);
    const isOne = spread === 'one';
    const server = isOne ? 0 : rng.int(0, 11);
    const entry = {
      id: hyphened(idOf(seed, 'burst', atMs, index)),
      timestamp: microTime(micros),
      query: 'permit/root',
      user_key: `agent|burst-${isOne ? 0 : rng.zipf(numbers)}`,
      resource_type: `server-${server}`,
      tenant: 'default',
      action: `tool-${isOne ? 0 : rng.int(0, 19)}`,
      decision: isOne || !rng.chance(1 / 12),
      org_id: hyphened(scope.organizationId),
      project_id: hyphened(scope.projectId),
      env_id: hyphened(scope.environmentId),
    };
    return { entry, micros, visibleAtMs: Math.floor(micros / 1000) + rng.int(1000, 10_000) };
  });
}
