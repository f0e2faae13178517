import type { GrantRecord } from '@custody/decision';

/**
 * Flips and their causes, found the plain way: all calls in order, all grants beside each pair. Knows nothing of the
 * packages that are judged by it.
 */

export interface OracleCall {
  readonly agent_key: string;
  readonly server: string;
  readonly tool: string;
  readonly ms: number;
  readonly decision_id: string;
  readonly decision: string;
  readonly human_key: string;
  readonly trust_level: string;
  readonly ceiling_level: string;
  readonly required_level: string;
}

interface Change {
  readonly kind: string;
  readonly change: 'appeared' | 'ended';
  readonly human: string;
  readonly level: number;
  readonly id: string;
  readonly atMs: number;
  readonly notBeforeMs: number;
  readonly bearsOn: (call: OracleCall) => boolean;
}

const rank = (level: string) => ['low', 'medium', 'high'].indexOf(level) + 1;
const ms = (text: string) => Date.parse(text);
type Consent = Extract<GrantRecord, { kind: 'consent' }>;

function bearing(grant: GrantRecord, consents: readonly Consent[]): ((call: OracleCall) => boolean) | null {
  if (grant.kind === 'consent') return (call) => call.agent_key === grant.agent_key && call.server === grant.server;
  if (grant.kind === 'tool_level') return (call) => call.server === grant.server && call.tool === grant.tool;
  if (grant.kind !== 'ceiling') return null;
  const isHolder = (key: string) =>
    key === grant.human_key ||
    consents.some((c) => c.agent_key === key && c.human_key === grant.human_key && c.server === grant.server);
  return (call) => call.server === grant.server && isHolder(call.agent_key);
}

export function changesOf(grants: readonly GrantRecord[]): Change[] {
  const consents = grants.filter((grant) => grant.kind === 'consent');
  const listed = new Map<string, number>();
  for (const one of grants) if (one.kind === 'listing') listed.set(one.of, ms(one.first_completed_at));
  return grants.flatMap((grant): Change[] => {
    const bearsOn = bearing(grant, consents);
    if (bearsOn === null || grant.kind === 'listing' || grant.kind === 'identity') return [];
    const firstMs = listed.get(grant.kind) ?? 0;
    const human = grant.kind === 'tool_level' ? '' : grant.human_key;
    const about = { kind: grant.kind, human, level: rank(grant.level), id: grant.grant_id, bearsOn };
    const beganMs = ms(grant.valid_from ?? grant.first_seen);
    const appeared = { ...about, change: 'appeared' as const, atMs: beganMs };
    const found: Change[] = [];
    if (grant.valid_from !== null) found.push({ ...appeared, notBeforeMs: beganMs });
    else if (beganMs > firstMs) found.push({ ...appeared, notBeforeMs: firstMs });
    if (grant.first_missing !== null) {
      found.push({ ...about, change: 'ended', atMs: ms(grant.first_missing), notBeforeMs: ms(grant.last_seen) });
    }
    return found;
  });
}

const highest = (changes: readonly Change[]) => Math.max(0, ...changes.map(({ level }) => level));

/** 2: the levels say so; 1: its direction fits, and levels are not known; 0: it does not explain the flip. */
function weight(kind: string, onDenied: number, onAllowed: number, allowed: OracleCall): number {
  const effective = Math.min(rank(allowed.trust_level), rank(allowed.ceiling_level));
  const required = rank(allowed.required_level);
  if (kind === 'tool_level') {
    // Of no role at all is more than anybody has.
    if (effective > 0) return onDenied === 0 || onDenied > effective ? 2 : 0;
    return onDenied === 0 || (onAllowed > 0 && onDenied > onAllowed) ? 1 : 0;
  }
  if (onAllowed === 0) return 0;
  if (required > 0) return onDenied < required ? 2 : 0;
  return onDenied < onAllowed ? 1 : 0;
}

function causeOf(call: OracleCall, previous: OracleCall, changes: readonly Change[]) {
  const isDenied = call.decision === 'deny';
  const allowed = isDenied ? previous : call;
  const near = changes.filter(
    ({ atMs, notBeforeMs, bearsOn, human }) =>
      bearsOn(call) &&
      (human === '' || allowed.human_key === '' || human === allowed.human_key) &&
      (notBeforeMs === atMs ? previous.ms < atMs && atMs <= call.ms : previous.ms < atMs && notBeforeMs < call.ms),
  );
  const explaining = near.flatMap((change) => {
    const same = near.filter(({ kind, human }) => kind === change.kind && human === change.human);
    const [appeared, ended] = [same.filter((c) => c.change === 'appeared'), same.filter((c) => c.change === 'ended')];
    const [onDenied, onAllowed] = isDenied ? [appeared, ended] : [ended, appeared];
    const score = weight(change.kind, highest(onDenied), highest(onAllowed), allowed);
    const isBoth = appeared.length > 0 && ended.length > 0;
    const isShowing = change.change === (isDenied && !isBoth ? 'ended' : 'appeared');
    return score === 0 ? [] : [{ change, isBoth, order: [score, Number(isShowing), change.atMs] as const }];
  });
  explaining.sort((a, b) => {
    const at = [0, 1, 2].find((n) => a.order[n] !== b.order[n]);
    if (at !== undefined) return (b.order[at] ?? 0) - (a.order[at] ?? 0);
    return a.change.id < b.change.id ? 1 : -1;
  });
  const [best] = explaining;
  if (best === undefined) return { cause: 'unexplained', grant_id: '' };
  const { kind, id: grant_id } = best.change;
  if (kind === 'tool_level') return { cause: 'tool_level_changed', grant_id };
  if (kind === 'ceiling') return { cause: isDenied ? 'ceiling_lowered' : 'ceiling_raised', grant_id };
  const alone = isDenied ? 'revoked' : 'consented';
  return { cause: best.isBoth ? 'reconsented' : alone, grant_id };
}

/** Every flip among the calls, in order of agent, server, tool and time. */
export function expectedFlips(calls: readonly OracleCall[], grants: readonly GrantRecord[]) {
  const changes = changesOf(grants);
  const keyOf = ({ agent_key, server, tool }: OracleCall) => `${agent_key}\t${server}\t${tool}`;
  const told = calls.filter(({ decision }) => decision !== 'unknown');
  const sorted = told.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : a.ms - b.ms));
  return sorted.flatMap((call, index) => {
    const previous = sorted[index - 1];
    if (previous === undefined || keyOf(previous) !== keyOf(call) || previous.decision === call.decision) return [];
    const { agent_key, server, tool, decision_id } = call;
    return [
      {
        ...{ agent_key, server, tool, decision_id, previous_decision_id: previous.decision_id },
        change: call.decision === 'deny' ? 'denied' : 'allowed',
        ...{ at_ms: call.ms, not_before_ms: previous.ms, human_key: call.human_key || previous.human_key },
        ...causeOf(call, previous, changes),
      },
    ];
  });
}
