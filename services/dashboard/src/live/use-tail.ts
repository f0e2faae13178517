import { type FollowedDecision, followDecisions } from '@custody/client';
import { useEffect, useState } from 'preact/hooks';
import { fetchWithToken } from '../api/api.ts';
import type { DecisionRow } from '../api/questions.ts';
import { questionOf, type View } from '../state/view.ts';
import { Drawing } from './drawing.ts';
import { isTailHeld } from './held.ts';
import { Rate } from './rate.ts';
import { Ring } from './ring.ts';

export interface Tail {
  /** The newest first. */
  readonly rows: readonly DecisionRow[];
  readonly state: 'connecting' | 'live' | 'lost';
  /** What lands each second, late ones too. */
  readonly perSecond: number;
  /** Of a time before the range's end: history that is being read, or that came late. Not shown. */
  readonly late: number;
}

const kept = 500;
/** What occurred longer ago than this when it landed is history, and no news. */
const newsMs = 15 * 60_000;
/** The rate falls by itself where nothing comes. */
const rateMs = 1_000;

const nothing: Tail = { rows: [], state: 'connecting', perSecond: 0, late: 0 };

/** What came since the last time it was drawn. */
class Landings {
  readonly ring = new Ring<DecisionRow>(kept);
  readonly rate = new Rate();
  state: Tail['state'] = 'connecting';
  late = 0;

  take({ decision }: FollowedDecision, nowMs: number): void {
    this.rate.add(nowMs);
    if (Date.parse(decision.occurred_at) < nowMs - newsMs) this.late += 1;
    else this.ring.push(decision);
  }

  tail(most: number, nowMs: number): Tail {
    const { ring, rate, state, late } = this;
    return { rows: ring.newest(most), state, perSecond: rate.perSecond(nowMs), late };
  }
}

async function follow(
  landings: Landings,
  query: Record<string, string>,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const following = followDecisions({
        url: location.origin,
        query,
        signal,
        fetch: (input, init) => fetchWithToken(new Request(input, init)),
        onNote: ({ name }) => {
          landings.state = name === 'lost' || name === 'waiting' ? 'lost' : 'live';
          onChange();
        },
      });
      for await (const followed of following) {
        landings.state = 'live';
        landings.take(followed, Date.now());
        onChange();
      }
    } catch {
      // Refused, or nothing answers: a new token draws all of this anew, and everything else is tried again.
      landings.state = 'lost';
      onChange();
    }
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

/**
 * The newest decisions as they land, `most` of them. What comes is put into a ring and drawn at most ten times a second, in
 * the browser's own time: a thousand decisions a second cost as many drawings as ten. While nobody looks at the page nothing is
 * followed, since a browser has six connections for all its windows of one address; then it begins anew.
 */
export function useTail(view: View, most: number, isSeen: boolean): Tail {
  const [tail, setTail] = useState<Tail>(nothing);
  const { from: _, to: __, tz: ___, ...filters } = questionOf(view);
  const key = JSON.stringify(filters);
  useEffect(() => {
    if (!isSeen) return;
    const own = new Landings();
    setTail(nothing);
    const leave = new AbortController();
    const drawing = new Drawing(() => {
      if (isTailHeld.value || leave.signal.aborted) return;
      setTail((before) => changed(before, own.tail(most, Date.now())));
    });
    const soon = () => drawing.soon();
    void follow(own, filters, leave.signal, soon);
    const timer = setInterval(soon, rateMs);
    const forget = isTailHeld.subscribe(soon);
    return () => {
      leave.abort();
      clearInterval(timer);
      forget();
    };
  }, [key, most, isSeen]);
  return tail;
}

/** The one before where nothing is new, so that nothing is drawn. */
function changed(before: Tail, now: Tail): Tail {
  const isSame =
    before.state === now.state &&
    before.perSecond === now.perSecond &&
    before.late === now.late &&
    before.rows.length === now.rows.length &&
    before.rows[0] === now.rows[0];
  return isSame ? before : now;
}
