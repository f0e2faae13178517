import { dayMs, hourMs, minuteMs, secondMs } from '@custody/decision';
import type { StoredCall } from '../incidents/store-incidents.ts';

/**
 * What happens, environment by environment, and what becomes readable when. Written down as plain rows, so that what has to
 * be said of it can be worked out from them by hand.
 */

/** A Wednesday morning, so far ahead that the store lets go of nothing meanwhile: looks expire after 90 days. */
export const beginMs = Date.UTC(2096, 4, 23, 10);

/** So long after the begin. */
export const after = (minutes: number, seconds = 0): number => beginMs + minutes * minuteMs + seconds * secondMs;

/** The one in which somebody's access changes, and where people have names. */
export const explainedEnvId = 'explained';

/** A decision, and when it can be read in the store. */
export interface TimedCall extends StoredCall {
  readonly readableMs: number;
}

/** Decisions are readable so soon after their moment unless they come late. */
const usualMs = 6 * secondMs;

let made = 0;

function call(given: Partial<TimedCall> & Pick<TimedCall, 'envId' | 'atMs'>): TimedCall {
  made += 1;
  return {
    ...{ id: `00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`, human: 'human|ada', server: 'github' },
    ...{ agent: 'agent|one', tool: 'list', verdict: 'deny', requiredLevel: 'low', readableMs: given.atMs + usualMs },
    ...given,
  };
}

const four = ['a', 'b', 'c', 'd'];
const sixteen = Array.from({ length: 16 }, (_, n) => `e${n}`);

/** One agent is denied each of the tools once, a second apart. */
function tries(envId: string, atMs: number, tools: readonly string[], given: Partial<TimedCall> = {}): TimedCall[] {
  return tools.map((tool, n) => call({ envId, atMs: atMs + n * secondMs, tool, ...given }));
}

/** Four tools in the first minute: what opens an alert of most environments here. */
const opening = (envId: string) => tries(envId, after(0, 10), four);
/** The same four again and again, so that the alert does not come to rest before the twentieth minute. */
const goingOn = (envId: string) => [8, 13, 18].flatMap((minute) => tries(envId, after(minute), four));
/** Sixteen more tools of the first minute, that can be read later. */
const lateAdded = (envId: string, readableMs: number) => tries(envId, after(0, 20), sixteen, { readableMs });

/** Somebody who called every day until three weeks ago, and calls again. */
function sleeper(envId: string): TimedCall[] {
  const given = { envId, agent: 'agent|sleeper', verdict: 'allow' } as const;
  const before = Array.from({ length: 14 }, (_, n) => call({ ...given, atMs: beginMs - (21 + n) * dayMs }));
  return [...before, ...[10, 20, 30].map((second) => call({ ...given, atMs: after(0, second) }))];
}

/** Four weeks of which the last minute is told: who is denied what, usually and now. */
function explained(): TimedCall[] {
  const envId = explainedEnvId;
  const daily = Array.from({ length: 27 }, (_, n) =>
    call({ envId, atMs: beginMs - (n + 1) * dayMs, verdict: 'allow' }),
  );
  const usual = [
    ...[2, 5, 9, 12, 16, 20].map((day) => call({ envId, atMs: beginMs - day * dayMs + hourMs, tool: 'create' })),
    ...[3, 7].map((day) => call({ envId, atMs: beginMs - day * dayMs, server: 'jira', tool: 'close', human: '' })),
    ...[4, 8, 11].map((day) => call({ envId, atMs: beginMs - day * dayMs, agent: 'agent|two', human: 'human|bob' })),
  ];
  const now = [
    ...tries(
      envId,
      after(0, 5),
      Array.from({ length: 12 }, () => 'create'),
    ),
    ...tries(envId, after(0, 22), ['write', 'write', 'write', 'read', 'read'], { server: 'linear' }),
    ...tries(envId, after(0, 30), ['create', 'create'], { human: 'human|bob' }),
    ...tries(envId, after(0, 34), ['create'], { agent: 'agent|two', human: 'human|bob' }),
    // Allowed, and before the window: none of what is counted.
    ...tries(envId, after(0, 40), ['create', 'create'], { verdict: 'allow' }),
    ...tries(envId, after(-70), ['create']),
  ];
  return [...daily, ...usual, ...now];
}

/** Every decision of every environment. */
export const calls: readonly TimedCall[] = [
  ...opening('whole-life'),
  ...tries('whole-life', after(3), sixteen),
  ...tries('whole-life', after(24, 10), four),
  ...sleeper('turned-out-otherwise'),
  // Somebody called yesterday: that was read late, and is no denial.
  call({
    ...{ envId: 'turned-out-otherwise', agent: 'agent|sleeper', verdict: 'allow' },
    ...{ atMs: beginMs - 20 * hourMs, readableMs: after(18) },
  }),
  ...sleeper('part-unread'),
  ...opening('grown-late'),
  ...goingOn('grown-late'),
  ...lateAdded('grown-late', after(6)),
  ...opening('grown-with-proof'),
  ...goingOn('grown-with-proof'),
  ...lateAdded('grown-with-proof', after(17)),
  ...tries('late', after(-120), [...four, 'e'], { readableMs: after(6) }),
  ...tries('too-late', after(-25 * 60), [...four, 'e'], { readableMs: after(6) }),
  ...tries('backfilled', after(-120), [...four, 'e'], { readableMs: after(6) }),
  ...tries('backfilled', after(-110), [...four, 'e'], { readableMs: after(12), agent: 'agent|two' }),
  ...tries('backfilled-now', after(8), [...four, 'e'], { readableMs: after(9, 30) }),
  ...tries('backfilled-now', after(19), four, { agent: 'agent|two' }),
  ...opening('silenced'),
  ...goingOn('silenced'),
  ...opening('silenced-to-its-end'),
  ...opening('taken'),
  ...goingOn('taken'),
  ...opening('read-just-in-time'),
  ...opening('read-too-late'),
  ...explained(),
];

export const envIds: readonly string[] = [...new Set(calls.map(({ envId }) => envId))];

/** A change of somebody's access there, as it was: `null` for no level. */
export interface TrueChange {
  readonly atMs: number;
  readonly agent: string;
  readonly human: string;
  readonly server: string;
  readonly before: 'low' | 'medium' | 'high' | null;
  readonly after: 'low' | 'medium' | 'high' | null;
}

export const changes: readonly TrueChange[] = [
  { atMs: after(-10), agent: 'agent|one', human: 'human|ada', server: 'linear', before: 'high', after: 'low' },
  { atMs: after(-20), agent: 'agent|two', human: 'human|bob', server: 'github', before: 'medium', after: null },
  { atMs: after(-5), agent: 'agent|one', human: 'human|eve', server: 'drive', before: null, after: 'low' },
  // What is told of it is an hour that ends after ninety seconds: half an hour before that, and a minute more.
  { atMs: after(-88), agent: 'agent|one', human: 'human|bob', server: 'linear', before: null, after: 'high' },
  { atMs: after(-89), agent: 'agent|one', human: 'human|cid', server: 'linear', before: null, after: 'high' },
  // Of nobody that it is about.
  { atMs: after(-10), agent: 'agent|far', human: 'human|away', server: 'notion', before: 'high', after: 'low' },
];

/** Names as people know them, by key. */
export const names: ReadonlyMap<string, string> = new Map([
  ['agent|one', 'Cursor of Ada'],
  ['human|ada', 'Ada'],
]);
