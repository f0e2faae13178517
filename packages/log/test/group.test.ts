import { expect, test } from 'vitest';
import { emptyGroup, evict, type GroupRules, heldBy, join, leave, type Member, settle } from '../src/lmdb/group.ts';
import { isGone, thisProcess } from '../src/lmdb/process-identity.ts';

const dead = new Set<string>();
const rules: GroupRules = { partitionsOf: () => 6, isDead: ({ id }) => dead.has(id) };

function member(id: string): Member {
  return { id, process: thisProcess, topics: ['t'], sessionTimeoutMs: 1_000, seenAtMs: 0 };
}

test('a joining member moves no more slots than an even share needs', () => {
  const alone = join(emptyGroup, member('a'), rules);
  const two = join(alone, member('b'), rules);
  const three = join(two, member('c'), rules);
  const counts = (ids: string[]) => ids.map((id) => Object.values(three.assigned).filter((one) => one === id).length);
  expect(counts(['a', 'b', 'c'])).toEqual([2, 2, 2]);
  const moved = Object.entries(three.assigned).filter(([slot, id]) =>
    Object.entries(two.assigned).some(([s, i]) => s === slot && i !== id),
  );
  expect(moved).toHaveLength(2);
});

test('a slot changes hands only after its holder has let it go, and a busy one waits', () => {
  const first = settle(join(emptyGroup, member('a'), rules), 'a');
  const joined = join(first, member('b'), rules);
  expect(heldBy(settle(joined, 'b'), 'b')).toEqual([]);
  const busy = Object.entries(joined.assigned).find(([, id]) => id === 'b')?.[0] as `${string}/${number}`;
  const released = settle(joined, 'a', busy);
  expect(heldBy(settle(released, 'b'), 'b')).toHaveLength(2);
  expect(heldBy(settle(settle(released, 'a'), 'b'), 'b')).toHaveLength(3);
});

test('an evicted member holds nothing and each assignment has a generation of its own', () => {
  const group = settle(settle(join(join(emptyGroup, member('a'), rules), member('b'), rules), 'a'), 'b');
  dead.add('a');
  const left = settle(evict(group, rules), 'b');
  dead.clear();
  expect(heldBy(left, 'a')).toEqual([]);
  expect(heldBy(left, 'b')).toHaveLength(6);
  expect(left.generation).toBe(group.generation + 1);
  expect(leave(left, 'a', rules)).toBe(left);
});

test('a process is gone when its pid is free, belongs to a later process or to an earlier boot', () => {
  const noPid = 2 ** 22 + 1;
  expect(isGone(thisProcess)).toBe(false);
  expect(isGone({ ...thisProcess, pid: noPid })).toBe(true);
  expect(isGone({ ...thisProcess, startedAt: '1' })).toBe(true);
  expect(isGone({ ...thisProcess, boot: 'earlier' })).toBe(true);
  expect(isGone({ ...thisProcess, pid: noPid, namespace: 'another' })).toBe(false);
});
