import { expect, test } from 'vitest';
import { EntryList } from '../src/entry-list.ts';
import type { EntryRecord } from '../src/entry-source.ts';
import { Arrivals } from '../src/faults/arrivals.ts';
import { JoinedSource } from '../src/joined-source.ts';
import type { ListQuery } from '../src/list-query.ts';
import { entriesWithin, listEntries } from '../src/listing.ts';
import { Rng } from '../src/rng.ts';
import { defaultVariants } from '../src/variants.ts';
import { createWorld } from '../src/world.ts';

const anchorMs = Date.parse('2026-03-11T14:00:00Z');

/** A busy minute with some of everything that makes entries come and go. */
function logOf(rng: Rng) {
  const seed = rng.int(1, 1_000_000);
  const world = createWorld({ seed, anchorMs, livePerSecond: 20, historyDecisions: 300, historyDays: 1 });
  const added = new EntryList();
  const source = new JoinedSource(world.entries, added);
  const arrivals = new Arrivals(seed);
  const momentMs = () => anchorMs + rng.int(0, 60_000);
  if (rng.chance(0.5)) {
    const atMs = Math.floor(momentMs() / 1000) * 1000;
    for (const entry of world.burst({ atMs, count: 300, spread: rng.pick(['wide', 'one']) })) {
      added.addRecord(entry);
      if (rng.chance(0.1)) added.delete(entry.id, momentMs());
    }
  }
  if (rng.chance(0.5)) arrivals.late.set({ share: 0.3, upToSeconds: 40 }, momentMs());
  if (rng.chance(0.3)) arrivals.late.set(undefined, anchorMs + 61_000);
  if (rng.chance(0.5)) arrivals.retention.set({ seconds: rng.int(5, 40) }, momentMs());
  return { source, arrivals };
}

test.each(Array.from({ length: 25 }, (_, index) => index))(
  'pages and counts are what a scan of every entry finds, whatever comes and goes (%i)',
  (run) => {
    const rng = Rng.of('listing', run);
    const { arrivals, source } = logOf(rng);
    for (let round = 0; round < 6; round += 1) {
      const nowMs = anchorMs + 61_000 + rng.int(0, 40_000);
      const view = {
        source,
        arrivals,
        nowMs,
        nonce: rng.uint32(),
        variants: { ...defaultVariants, order: rng.pick(['newest-first', 'oldest-first'] as const) },
      };
      const fromSeconds = anchorMs / 1000 + rng.int(-7000, 60);
      const toSeconds = rng.chance(0.2) ? undefined : fromSeconds + rng.int(0, 8000);
      const decision = rng.chance(0.3) ? rng.chance(0.5) : undefined;
      const query: Omit<ListQuery, 'page'> = {
        ...{ fromSeconds, toSeconds, decision, perPage: 100 },
        ...{ query: rng.pick(['check', 'none'] as const), sortBy: 'timestamp' },
      };
      const meets = (entry: EntryRecord) =>
        arrivals.isListed(entry, nowMs) && (decision === undefined || entry.decision === decision);
      const toMicros = Math.min((toSeconds ?? Number.POSITIVE_INFINITY) * 1e6, nowMs * 1000);
      const expected = entriesWithin(source, fromSeconds * 1e6, toMicros, meets, query.query).map(({ id }) => id);
      if (view.variants.order === 'newest-first') expected.reverse();
      const listed: string[] = [];
      for (let page = 1; page === 1 || listed.length === (page - 1) * 100; page += 1) {
        const { entries, total } = listEntries(view, { ...query, page });
        expect(total).toBe(expected.length);
        listed.push(...entries.map(({ id }) => id));
      }
      expect(listed).toEqual(expected);
    }
  },
);
