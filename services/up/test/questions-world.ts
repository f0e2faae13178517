import type { AttributedDecision, Attribution, GrantRecord, TrustLevel } from '@custody/decision';
import type { DecisionRow } from '@custody/store';

/** The moment of the documentation's questions. */
export const nowMs = Date.UTC(2026, 10, 3, 15, 0);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const ago = (ms: number) => new Date(nowMs - ms).toISOString();

const agents = {
  cursor: { key: 'agent|4f2c7a10-8f5b-4d0e-9a51-0c2d7be1f001', name: 'Cursor' },
  claude: { key: 'agent|9d3e51b2-60c4-4a7f-8e13-5b7f0a92c602', name: 'Claude' },
  windsurf: { key: 'agent|77a0c4e9-1b2d-4c55-9f60-e83d1c4ab703', name: 'Windsurf' },
  stray: { key: 'agent|c1d2e3f4-0a1b-4c2d-8e3f-4a5b6c7d8e04', name: '' },
  alice: { key: 'human|alice', name: 'Alice Archer' },
} as const;
type Caller = keyof typeof agents;

const humans = {
  alice: { humanKey: 'human|alice', humanName: 'Alice Archer', humanEmail: 'alice@acme.example' },
  bob: { humanKey: 'human|bob', humanName: 'Bob Brown', humanEmail: 'bob@acme.example' },
} as const;

const required: Readonly<Record<string, TrustLevel>> = {
  ...{ list_issues: 'low', create_issue: 'medium', delete_issue: 'high' },
  ...{ search_code: 'low', merge_pull_request: 'high' },
};

const nobody: Attribution = {
  ...{ certainty: 'unknown', evidence: '', humanKey: '', humanName: '', humanEmail: '', candidates: [] },
  ...{ consentId: '', consentAtMs: null, trustLevel: '', ceilingLevel: '', requiredLevel: '' },
};

type Levels = readonly [consent: TrustLevel, ceiling: TrustLevel, consentId: string];

function authorized(human: keyof typeof humans, [trustLevel, ceilingLevel, consentId]: Levels): Attribution {
  const consentAtMs = nowMs - (consentId === 'ra-linear-2' ? 5 : 40) * dayMs;
  const told = { certainty: 'exact', evidence: 'consent', consentId, consentAtMs } as const;
  return { ...nobody, ...humans[human], ...told, trustLevel, ceilingLevel };
}

const own: Attribution = { ...nobody, ...humans.alice, certainty: 'exact', evidence: 'self' };
const several: Attribution = { ...nobody, certainty: 'ambiguous', candidates: ['human|alice', 'human|bob'] };

interface Calls {
  readonly caller: Caller;
  readonly server: string;
  readonly tool: string;
  readonly attribution: Attribution;
  /** When each was made, hours ago. */
  readonly hoursAgo: readonly number[];
  readonly reason?: readonly [code: AttributedDecision['decision']['reasonCode'], text: string];
  readonly roles?: readonly object[];
}

const lacks = ['no_permission', "user 'x' does not have any role that grants the action"] as const;
const linear = { caller: 'cursor', server: 'linear' } as const;
const aliceNow = authorized('alice', ['medium', 'high', 'ra-linear-2']);
const aliceBefore = authorized('alice', ['high', 'high', 'ra-linear-1']);
const onGithub = authorized('alice', ['high', 'low', 'ra-github']);
const bobs = authorized('bob', ['medium', 'low', 'ra-bob']);

const derivation = {
  ...{ role: 'linear#medium', resource: 'linear:linear' },
  sources: [
    { type: 'role_derivation', role: 'user_profile#linear-medium', resource: 'user_profile:alice', relation: 'high' },
  ],
};

/** What was called; the first two are the decisions that the documentation looks at. */
const calls: readonly Calls[] = [
  { ...linear, tool: 'create_issue', attribution: aliceNow, hoursAgo: [30], roles: [derivation] },
  { caller: 'claude', server: 'linear', tool: 'delete_issue', attribution: bobs, hoursAgo: [30.2], reason: lacks },
  { ...linear, tool: 'list_issues', attribution: aliceNow, hoursAgo: [1, 2, 2.5, 3, 26, 50] },
  { ...linear, tool: 'create_issue', attribution: aliceNow, hoursAgo: [1.5, 4] },
  { ...linear, tool: 'delete_issue', attribution: aliceBefore, hoursAgo: [150, 160] },
  { ...linear, tool: 'delete_issue', attribution: aliceNow, hoursAgo: [2.2, 28, 49], reason: lacks },
  { caller: 'cursor', server: 'github', tool: 'search_code', attribution: onGithub, hoursAgo: [5, 200] },
  {
    ...{ caller: 'cursor', server: 'github', tool: 'merge_pull_request', attribution: onGithub },
    ...{ hoursAgo: [6, 29, 70, 300], reason: lacks },
  },
  { caller: 'claude', server: 'linear', tool: 'list_issues', attribution: bobs, hoursAgo: [3.5, 100, 400] },
  { caller: 'claude', server: 'linear', tool: 'delete_issue', attribution: bobs, hoursAgo: [101], reason: lacks },
  {
    ...{ caller: 'claude', server: 'linear', tool: 'archive_issue', attribution: bobs, hoursAgo: [102] },
    reason: ['no_such_action', "action 'archive_issue' is not defined on resource type 'linear'"],
  },
  { caller: 'windsurf', server: 'linear', tool: 'list_issues', attribution: several, hoursAgo: [7, 8, 500] },
  { caller: 'windsurf', server: 'linear', tool: 'create_issue', attribution: several, hoursAgo: [9], reason: lacks },
  {
    ...{ caller: 'stray', server: 'github', tool: 'search_code', attribution: nobody, hoursAgo: [10, 11] },
    reason: ['user_not_synced', "user 'x' is not synced"],
  },
  { caller: 'alice', server: 'linear', tool: 'list_issues', attribution: own, hoursAgo: [12, 90] },
];

const uuid = (n: number) => `5c0f1e2d-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

function rowOf(call: Calls, hoursAgo: number, n: number): DecisionRow {
  const { caller, server, tool, attribution, reason, roles } = call;
  const occurredAtMs = nowMs - Math.round(hoursAgo * 3_600) * 1_000;
  const [reasonCode, text] = reason ?? (['', ''] as const);
  const { key, name } = agents[caller];
  const says = text.replace("'x'", `'${key}'`);
  const decision: AttributedDecision['decision'] = {
    ...{ id: uuid(n), occurredAtMs, agentKey: key, agentName: name, server, resource: `${server}:${server}`, tool },
    ...{ tenant: 'default', verdict: reason === undefined ? 'allow' : 'deny', reason: says, reasonCode },
    evidenceHumans: [],
  };
  const debug = roles === undefined ? {} : { result: { debug: { rebac: { allow: true, allowing_roles: roles } } } };
  const entry = {
    ...{ id: decision.id, timestamp: new Date(occurredAtMs).toISOString(), user_key: key, resource_type: server },
    ...{ action: tool, decision: reason === undefined, reason: says, raw_data: { engine: 'OPA', ...debug } },
  };
  const requiredLevel = required[tool] ?? '';
  return {
    decision: {
      ...{ envId: 'env-1', envName: 'production', decision, attribution: { ...attribution, requiredLevel } },
      ...{ grantsPosition: 1, ingestedAtMs: occurredAtMs + 4_000 },
    },
    entryBytes: Buffer.from(JSON.stringify(entry)),
  };
}

/** The decisions of the documentation, the same every time. */
export const rows: readonly DecisionRow[] = calls
  .flatMap((call) => call.hoursAgo.map((hours) => [call, hours] as const))
  .map(([call, hours], n) => rowOf(call, hours, n + 1));

const lasting = { valid_from: ago(40 * dayMs), first_seen: ago(40 * dayMs), last_seen: ago(0), first_missing: null };
const shared = { env_id: 'env-1', ...lasting };
const consent = (grant_id: string, caller: Caller, human_key: string, server: string, level: TrustLevel, times = {}) =>
  ({
    kind: 'consent',
    grant_id,
    ...shared,
    agent_key: agents[caller].key,
    human_key,
    server,
    level,
    ...times,
  }) as const;
const ceiling = (grant_id: string, human_key: string, server: string, level: TrustLevel) =>
  ({ kind: 'ceiling', grant_id, ...shared, human_key, server, level }) as const;
const identity = (user_key: string, name: string, email = '') =>
  ({ kind: 'identity', grant_id: user_key, ...shared, user_key, name, email }) as const;

const toolLevels = Object.entries(required).map(([tool, level]) => {
  const server = ['search_code', 'merge_pull_request'].includes(tool) ? 'github' : 'linear';
  const times = { valid_from: null, first_seen: ago(40 * dayMs) };
  return { kind: 'tool_level', grant_id: `${server}:${tool}`, ...shared, ...times, server, tool, level } as const;
});

/** Who may what, as it was listed. */
export const records: readonly GrantRecord[] = [
  ...(['consent', 'ceiling', 'tool_level'] as const).map(
    (of) =>
      ({ kind: 'listing', env_id: 'env-1', of, first_completed_at: ago(40 * dayMs), completed_at: ago(0) }) as const,
  ),
  consent('ra-linear-1', 'cursor', 'human|alice', 'linear', 'high', {
    ...{ last_seen: ago(5 * dayMs + 60_000), first_missing: ago(5 * dayMs) },
  }),
  consent('ra-linear-2', 'cursor', 'human|alice', 'linear', 'medium', {
    ...{ valid_from: ago(5 * dayMs), first_seen: ago(5 * dayMs) },
  }),
  consent('ra-github', 'cursor', 'human|alice', 'github', 'high'),
  consent('ra-bob', 'claude', 'human|bob', 'linear', 'medium'),
  consent('ra-shared-1', 'windsurf', 'human|alice', 'linear', 'low'),
  consent('ra-shared-2', 'windsurf', 'human|bob', 'linear', 'low'),
  ceiling('rt-alice-linear', 'human|alice', 'linear', 'high'),
  ceiling('rt-alice-github', 'human|alice', 'github', 'low'),
  ceiling('rt-bob-linear', 'human|bob', 'linear', 'low'),
  ...toolLevels,
  ...Object.values(agents).flatMap(({ key, name }) => (name === '' ? [] : [identity(key, name)])),
  identity('human|alice', 'Alice Archer', 'alice@acme.example'),
  identity('human|bob', 'Bob Brown', 'bob@acme.example'),
];

/** The hour of the two decisions that the documentation looks at: it is sealed. */
export const sealedHourMs = Math.floor((nowMs - 30.2 * hourMs) / hourMs) * hourMs;
