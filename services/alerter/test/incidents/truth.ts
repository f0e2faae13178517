import { hourMs, minuteMs, secondMs } from '@custody/decision';
import type { Detector, Subject } from '@custody/detect';

/**
 * What happens in the world of the incident test, and what has to be said of it. Written down before anything was run, and
 * not to be changed by what a run shows: where the two differ, the detector is wrong.
 */

/** When the first of them begins: a Wednesday morning in office hours. */
export const beginMs = Date.UTC(2026, 4, 20, 10, 0);

/** From a decision's moment until it can be read in the store. */
export const readableAfterMs = 6 * secondMs;

/** From the first readable decision that tells until the alert has to be open. */
export const withinMs = 90 * secondMs;

export interface DeniedCalls {
  /** After the incident's begin. */
  readonly atMs: number;
  readonly agent: string;
  readonly human?: string;
  readonly server: string;
  readonly tool: string;
  readonly decision?: 'allow' | 'deny';
  readonly requiredLevel?: 'low' | 'medium' | 'high';
}

export interface TrueIncident {
  /** Also its environment, in which nothing else happens but everyday work. */
  readonly name: string;
  readonly story: string;
  /** After `beginMs`. */
  readonly fromMs: number;
  /** After `fromMs`: the first decision from which on it can be told from everyday work. */
  readonly tellingMs: number;
  readonly subject: Omit<Subject, 'envId'>;
  /** Any of these is a right cause: they say the same of this subject. */
  readonly causes: readonly Detector[];
  readonly calls: readonly DeniedCalls[];
}

/** `count` calls, evenly over a time. */
function spread(count: number, overMs: number, call: (index: number) => Omit<DeniedCalls, 'atMs'>): DeniedCalls[] {
  return Array.from({ length: count }, (_, index) => ({ atMs: Math.floor((index * overMs) / count), ...call(index) }));
}

/** Moments of a rate that grows evenly from nothing: the n-th at √(n / count) of the time. */
function rising(count: number, overMs: number, call: (index: number) => Omit<DeniedCalls, 'atMs'>): DeniedCalls[] {
  return Array.from({ length: count }, (_, index) => ({
    atMs: Math.floor(Math.sqrt((index + 1) / count) * overMs),
    ...call(index),
  }));
}

const agent = (name: string) => ({ kind: 'agent' as const, key: `agent|${name}` });
const ramp = rising(60, hourMs, () => ({ agent: 'agent|ramp', server: 'jira', tool: 'jira_3' }));

export const trueIncidents: readonly TrueIncident[] = [
  {
    name: 'slow-ramp',
    story: 'An agent that is denied about once in six hours is denied ever more often, to two a minute after an hour.',
    fromMs: 2 * minuteMs,
    // Sixteen within half an hour: of one that has a sixth in an hour, in clumps of two, once in some ten million hours.
    tellingMs: ramp[15]?.atMs ?? 0,
    subject: agent('ramp'),
    causes: ['spike'],
    calls: ramp,
  },
  {
    name: 'hidden-in-busy',
    story: 'An agent that is denied six times in five minutes day and night is denied 60 times in five minutes.',
    fromMs: 3 * minuteMs + 20 * secondMs,
    // The fortieth: six are usual, and the busiest of its five minutes in four weeks have less than half of it.
    tellingMs: 200 * secondMs,
    subject: agent('busy'),
    causes: ['spike'],
    calls: spread(60, 5 * minuteMs, () => ({ agent: 'agent|busy', server: 'github', tool: 'github_1' })),
  },
  {
    name: 'stuck-on-one-tool',
    story: 'An agent that is hardly ever denied anything calls one tool that it may not, again and again.',
    fromMs: 4 * minuteMs + 5 * secondMs,
    // The eighth.
    tellingMs: 35 * secondMs,
    subject: agent('stuck'),
    causes: ['spike'],
    calls: spread(24, 2 * minuteMs, () => ({ agent: 'agent|stuck', server: 'slack', tool: 'slack_2' })),
  },
  {
    name: 'one-call-a-tool',
    story: 'An agent tries five tools of three servers, each once.',
    fromMs: 5 * minuteMs + 10 * secondMs,
    // The fourth tool.
    tellingMs: 24 * secondMs,
    subject: agent('taster'),
    causes: ['sweep'],
    calls: spread(5, 40 * secondMs, (n) => ({
      ...{ agent: 'agent|taster', server: ['jira', 'github', 'slack'][n % 3] ?? '', tool: `tasted_${n}` },
    })),
  },
  {
    name: 'policy-of-a-server',
    story: 'A wrong policy denies everything on one server: nine agents meet it, each several times.',
    fromMs: 6 * minuteMs + 15 * secondMs,
    // Each of three agents a fourth time: fewer agents are their own matter.
    tellingMs: 60 * secondMs,
    subject: { kind: 'server', key: 'notion' },
    causes: ['spike', 'deny_rate_step'],
    calls: spread(90, 5 * minuteMs, (n) => ({
      ...{ agent: `agent|crew-${n % 9}`, human: `human|crew-${n % 9}`, server: 'notion', tool: `notion_${n % 4}` },
    })),
  },
  {
    name: 'denied-then-privileged',
    story: 'An agent is denied on two tools, and then allowed one that requires high and that it never called before.',
    fromMs: 7 * minuteMs + 30 * secondMs,
    tellingMs: 2 * minuteMs,
    subject: agent('climber'),
    causes: ['privileged_after_denials'],
    calls: [
      { atMs: 0, agent: 'agent|climber', server: 'github', tool: 'delete_repo', requiredLevel: 'high' },
      { atMs: minuteMs, agent: 'agent|climber', server: 'github', tool: 'delete_file', requiredLevel: 'high' },
      {
        ...{ atMs: 2 * minuteMs, agent: 'agent|climber', server: 'github', tool: 'merge_pull_request' },
        ...{ requiredLevel: 'high', decision: 'allow' },
      },
    ],
  },
  {
    name: 'back-after-weeks',
    story: 'An agent that called every day until three weeks ago calls again, and is allowed what it calls.',
    fromMs: 8 * minuteMs + 12 * secondMs,
    tellingMs: 0,
    subject: agent('sleeper'),
    causes: ['dormant_agent'],
    calls: spread(12, 6 * minuteMs, (n) => ({
      ...{ agent: 'agent|sleeper', server: 'slack', tool: `slack_${n % 3}`, decision: 'allow' as const },
    })),
  },
  {
    name: 'one-human-many-agents',
    story: 'Seven agents of one human are each denied three times: too little for any of them.',
    fromMs: 9 * minuteMs + 40 * secondMs,
    // The twelfth.
    tellingMs: 99 * secondMs,
    subject: { kind: 'human', key: 'human|owner' },
    causes: ['spike'],
    calls: spread(21, 3 * minuteMs, (n) => ({
      ...{ agent: `agent|owned-${n % 7}`, human: 'human|owner', server: 'drive', tool: `drive_${n % 3}` },
    })),
  },
  {
    name: 'never-seen-before',
    story: 'An agent that nobody knows is denied on two tools, sixteen times in two minutes.',
    fromMs: 11 * minuteMs + 25 * secondMs,
    // The twelfth.
    tellingMs: 83 * secondMs,
    subject: agent('stranger'),
    causes: ['spike'],
    calls: spread(16, 2 * minuteMs, (n) => ({ agent: 'agent|stranger', server: 'github', tool: `github_${n % 2}` })),
  },
  {
    name: 'night-job-by-day',
    story: 'A job that is denied thirty times each night at two is denied as often in the morning.',
    fromMs: 12 * minuteMs + 50 * secondMs,
    // The twentieth.
    tellingMs: 190 * secondMs,
    subject: agent('nightly'),
    causes: ['spike'],
    calls: spread(30, 5 * minuteMs, () => ({ agent: 'agent|nightly', server: 'drive', tool: 'drive_5' })),
  },
];

/** The simulator's own, by its kinds: what has to be said of each, whom it is about being its own word. */
export const causesOfSimulated: Readonly<Record<string, readonly Detector[]>> = {
  probing_agent: ['sweep', 'spike'],
  ceiling_lowered: ['spike', 'deny_rate_step'],
  dormant_agent: ['dormant_agent'],
};
