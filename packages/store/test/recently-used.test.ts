import { expect, test } from 'vitest';
import { RecentlyUsed } from '../src/index.ts';

const keysOf = (kept: RecentlyUsed<string>) => [...kept].map(([key]) => key);

test('what was asked for longest ago makes room, and nothing for what is as large as all may be', () => {
  const kept = new RecentlyUsed<string>({ mostSize: 10 });
  for (const key of ['a', 'b', 'c']) kept.set(key, key, 3);
  expect(kept.get('a')).toBe('a');
  kept.set('d', 'd', 3);
  expect(keysOf(kept)).toEqual(['c', 'a', 'd']);
  expect(kept.peek('c')).toBe('c');
  kept.set('e', 'e', 3);
  expect(keysOf(kept)).toEqual(['a', 'd', 'e']);
  kept.set('f', 'f', 12);
  expect(keysOf(kept)).toEqual(['f']);
});

test('a size that is known later, another value and one that goes are counted', () => {
  const kept = new RecentlyUsed<string>({ mostSize: 10, mostEntries: 3 });
  for (const key of ['a', 'b', 'c']) kept.set(key, key, 0);
  kept.resize('b', 8);
  kept.resize('gone', 8);
  expect(keysOf(kept)).toEqual(['a', 'b', 'c']);
  kept.set('b', 'other', 2);
  kept.resize('a', 8);
  expect(keysOf(kept)).toEqual(['a', 'c', 'b']);
  kept.delete('c');
  kept.set('d', 'd', 0);
  kept.set('e', 'e', 0);
  expect(keysOf(kept)).toEqual(['b', 'd', 'e']);
  expect(kept.count).toBe(3);
});
