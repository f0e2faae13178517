import { z } from 'zod';

/** What becomes of an alert, in the words of the record. */
export const alertTransitionKinds = [
  'opened',
  'reopened',
  'escalated',
  'ongoing',
  'reminded',
  'merged',
  'acknowledged',
  'confirmed',
  'withdrawn',
  'resolved',
  'changed',
] as const;
export type AlertTransitionKind = (typeof alertTransitionKinds)[number];

/**
 * Those that somebody is told of. What is proven later (`confirmed`) changes the record and nobody's evening; a finding that
 * turned out otherwise (`withdrawn`) is told, since somebody may be acting on it; so is one that turned out to have been a
 * multiple of what was told after it was over (`changed`), which neither opens nor ends anything.
 */
export const toldKinds: readonly AlertTransitionKind[] = [
  'opened',
  'reopened',
  'escalated',
  'ongoing',
  'reminded',
  'acknowledged',
  'withdrawn',
  'resolved',
  'changed',
];

export const severities = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

export const alertStatuses = ['open', 'acknowledged', 'resolved', 'withdrawn'] as const;
export type AlertStatus = (typeof alertStatuses)[number];

const time = z.number().int();
const range = z.object({ fromMs: time, toMs: time });

const subject = z.object({
  envId: z.string(),
  envName: z.string(),
  /** agent, human, server, tool, reason, environment, or pair (an agent and a server). */
  kind: z.string(),
  /** As Permit has it; of a tool `server:tool`, of a pair `agent|a → linear`, `''` of an environment. */
  key: z.string(),
  /** The name that people know; the key where there is none. */
  name: z.string(),
});

const contributor = z.object({
  key: z.string(),
  name: z.string(),
  denials: z.number().int(),
  /** Of all denials of the window. */
  share: z.number(),
  /** Of the denials of the history; `null` where it has none. */
  usualShare: z.number().nullable(),
  isNew: z.boolean(),
});

const grantChange = z.object({
  atMs: time,
  agentKey: z.string(),
  humanKey: z.string(),
  server: z.string(),
  /** consent, ceiling or tool level. */
  what: z.string(),
  /** Levels; `''` for none. */
  before: z.string(),
  after: z.string(),
});

const exampleDecision = z.object({
  decisionId: z.string(),
  occurredAtMs: time,
  agentKey: z.string(),
  humanKey: z.string(),
  server: z.string(),
  tool: z.string(),
  decision: z.string(),
  reason: z.string(),
  /** The decision's page; absolute where CUSTODY_PUBLIC_URL is set. */
  url: z.string(),
});

/**
 * One step in the life of an alert, with all that is needed to explain it: a value of the alerts topic, a row of
 * `custody.alerts`, and what channels deliver. It is the same for whoever computes it, under the same id.
 */
export const alertTransition = z.object({
  /** A UUID made of the alert's id and the sequence: one transition has one, for ever and through every retry. */
  transitionId: z.uuid(),
  /** A UUID; the same from `opened` to the last `resolved`, through every re-opening. */
  alertId: z.uuid(),
  /** 1 for `opened`, and one more for each transition of the alert. */
  sequence: z.number().int().positive(),
  kind: z.enum(alertTransitionKinds),
  /** After this transition. */
  status: z.enum(alertStatuses),
  /** The moment that was judged, in the time of the decisions. */
  atMs: time,
  /** When it was judged. */
  decidedAtMs: time,
  /** The rule that found it, and the version of the rules as they were. */
  rule: z.string(),
  ruleVersion: z.string(),
  detector: z.string(),
  severity: z.enum(severities),
  subject,
  openedAtMs: time,
  resolvedAtMs: time.nullable(),
  window: range,
  observed: z.number(),
  expected: z.number().nullable(),
  bound: z.number(),
  probability: z.number().nullable(),
  peak: z.number(),
  /** "agent cursor: 29 denials in 5 minutes", for a subject line. */
  title: z.string(),
  /** "29 denials in 5 minutes, expected 0.05, alert bound 12." */
  sentence: z.string(),
  /** What would have to be true for it not to be there. */
  unless: z.string(),
  /** Judged more than a few minutes after its moment, of rows that were read late. */
  isLate: z.boolean(),
  completeness: z.enum(['proven', 'unproven', 'unread']),
  readUntilMs: time,
  provenUntilMs: time,
  contributors: z.record(z.string(), z.array(contributor)),
  /** `agent → server` of pairs that were never seen before. */
  newPairs: z.array(z.string()),
  grantChanges: z.array(grantChange),
  examples: z.array(exampleDecision),
  /** What else has the same cause and is told with it; of each kind some, where there are many. */
  members: z.array(z.object({ detector: z.string(), subject, sentence: z.string() })),
  /** How many more there are; absent: none. */
  otherMembers: z.number().int().optional(),
  /** Told by what the look itself knew, since reading more would have taken too long: usual shares, what is new, examples and grants are missing. */
  isBrief: z.boolean().optional(),
  /** What its own rule says of it, without what is told with it; absent from older records. */
  own: z.object({ severity: z.enum(severities), runbook: z.string() }).optional(),
  /** Names of the silence and mute that keep it from being told; empty where it is told. */
  silencedBy: z.array(z.string()),
  /** Who acknowledged, resolved or otherwise acted; `''` for Custody itself. */
  actor: z.string(),
  note: z.string(),
  runbook: z.string(),
  /** Names of the channels that it goes to. */
  channels: z.array(z.string()),
  /** The alert's page; absolute where CUSTODY_PUBLIC_URL is set. */
  url: z.string(),
  isDemo: z.boolean(),
});
export type AlertTransition = z.infer<typeof alertTransition>;
