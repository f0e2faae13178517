import {
  type Attribution,
  type Certainty,
  type Decision,
  type Evidence,
  principalKind,
  subjectOfHuman,
  type TrustLevel,
} from '@custody/decision';
import type { GrantAt, GrantHistory } from './grant-history.ts';
import { couldHaveProduced, requiredLevel, strongest } from './levels-at.ts';

/** A decision with all that the rules look at, looked up once. */
interface Case {
  readonly decision: Decision;
  readonly envId: string;
  readonly history: GrantHistory;
  /** The agent's consents at the moment. */
  readonly consents: readonly GrantAt[];
  /** Those of them for the decision's server. */
  readonly here: readonly GrantAt[];
  readonly required: TrustLevel | null;
}

interface Finding {
  readonly certainty: Certainty;
  readonly evidence: Evidence;
  /** One for a human that is named, several for candidates, none otherwise. */
  readonly humans: readonly string[];
}

function distinct(humans: readonly string[]): string[] {
  const [first] = humans;
  // Mostly they are one, and then nothing has to be made of them.
  if (first === undefined || humans.every((human) => human === first)) return humans.slice(0, 1);
  return [...new Set(humans)].sort();
}

/** The one that is left, `null` where there is none or several. */
function onlyOne(humans: readonly string[]): string | null {
  const [first = null, ...others] = humans;
  return others.length === 0 ? first : null;
}

function humansOf(consents: readonly GrantAt[]): string[] {
  return distinct(consents.map(({ grant }) => grant.humanKey));
}

/** `consents` are those of the human for the decision's server. */
function couldBe({ decision, envId, history, required }: Case, human: string, consents: readonly GrantAt[]): boolean {
  const ceilings = history.ceilingsOf(envId, human, decision.server, decision.occurredAtMs);
  const listing = history.listing(envId, 'ceiling');
  const areCeilingsKnown = listing !== undefined && listing.firstMs <= decision.occurredAtMs;
  return couldHaveProduced(decision.verdict, required, consents, ceilings, areCeilingsKnown);
}

/**
 * Exact where the human's consent was read before and after the moment and nothing of the agent's was about to change.
 * An allowed call that the human's known grants cannot explain shows a change that no reading caught.
 */
function certaintyOf(subject: Case, human: string): Certainty {
  const all = subject.consents.every(({ held }) => held === 'observed');
  if (!all || subject.decision.verdict !== 'allow') return all ? 'exact' : 'inferred';
  const consents = subject.here.filter(({ grant }) => grant.humanKey === human);
  return couldBe(subject, human, consents) ? 'exact' : 'inferred';
}

/** The decision's own debug output, which only allowed calls have. */
function byEvidence(subject: Case): Finding | null {
  const { evidenceHumans, verdict } = subject.decision;
  if (verdict !== 'allow' || evidenceHumans.length === 0) return null;
  const named = distinct(evidenceHumans);
  if (named.length === 1) return { certainty: 'exact', evidence: 'rebac', humans: named };
  const { here, consents } = subject;
  const consenting = humansOf(here.length > 0 ? here : consents).filter((human) => named.includes(human));
  // The output names several, of whom our listings know one: they may have missed the others.
  if (consenting.length === 1) return { certainty: 'inferred', evidence: 'rebac', humans: consenting };
  return { certainty: 'ambiguous', evidence: '', humans: consenting.length > 0 ? consenting : named };
}

/** Of humans, the one for whom a per-user server `{serverKey}-{userId}` was made. */
function ownerOf(server: string, humans: readonly string[]): string | null {
  const owners = humans.filter((human) => server.endsWith(`-${subjectOfHuman(human)}`) && subjectOfHuman(human) !== '');
  return onlyOne(owners);
}

/** The users for whom a per-user server may have been made: a user id may contain hyphens itself, so every suffix is one. */
export function possibleOwners(server: string): string[] {
  const humans: string[] = [];
  for (let at = server.indexOf('-'); at > 0; at = server.indexOf('-', at + 1)) {
    humans.push(`human|${server.slice(at + 1)}`);
  }
  return humans;
}

/** The user whom a per-user server's name ends in. */
function knownOwner({ decision: { server, occurredAtMs }, envId, history }: Case): string | null {
  const humans = possibleOwners(server).filter((human) => history.isUser(envId, human, occurredAtMs));
  return onlyOne(humans);
}

/**
 * Several humans: by consents for this server, by a per-user server's name, then by levels. Only an allowed call needs
 * a consent for its server, so only there does the server alone make it exact.
 */
function amongSeveral(subject: Case): Finding {
  const here = humansOf(subject.here);
  const candidates = here.length > 0 ? here : humansOf(subject.consents);
  const narrowed = subject.decision.verdict === 'allow' ? null : 'inferred';
  const only = onlyOne(here);
  if (only !== null) {
    return { certainty: narrowed ?? certaintyOf(subject, only), evidence: 'consent', humans: [only] };
  }
  const owner = ownerOf(subject.decision.server, candidates);
  if (owner !== null) {
    return { certainty: narrowed ?? certaintyOf(subject, owner), evidence: 'server', humans: [owner] };
  }
  // One agent may act for a thousand humans: their consents are told apart once, not once for each.
  const consents = Map.groupBy(subject.here, ({ grant }) => grant.humanKey);
  const possible = candidates.filter((human) => couldBe(subject, human, consents.get(human) ?? []));
  if (possible.length === 1) return { certainty: 'inferred', evidence: 'level', humans: possible };
  // Levels that exclude everybody contradict the verdict: then they tell nothing.
  return { certainty: 'ambiguous', evidence: '', humans: possible.length > 0 ? possible : candidates };
}

/**
 * Nobody's consent covers the moment. `none` is claimed only where the facts show that none was needed: both consents
 * and tool levels have been listed, some server among them, and the resource is none, as with the workflows of an egress
 * proxy.
 * It looks at the moment only, so a consent that ended before or begins later never changes it.
 */
function withoutConsent(subject: Case): Finding {
  const { decision, envId, history } = subject;
  const owner = knownOwner(subject);
  if (owner !== null) return { certainty: 'inferred', evidence: 'server', humans: [owner] };
  const areListed = (['consent', 'tool_level'] as const).every((kind) => history.listing(envId, kind) !== undefined);
  const isOther = decision.server !== '' && !history.isServer(envId, decision.server, decision.occurredAtMs);
  const isNone = areListed && history.hasServers(envId, decision.occurredAtMs) && isOther;
  return { certainty: isNone ? 'none' : 'unknown', evidence: '', humans: [] };
}

function find(subject: Case): Finding {
  const { agentKey } = subject.decision;
  const kind = principalKind(agentKey);
  if (kind === 'human') return { certainty: 'exact', evidence: 'self', humans: [agentKey] };
  const named = byEvidence(subject);
  if (named !== null) return named;
  const humans = humansOf(subject.consents);
  const only = onlyOne(humans);
  if (only !== null) return { certainty: certaintyOf(subject, only), evidence: 'consent', humans };
  if (humans.length > 1) return amongSeveral(subject);
  // A caller that the gateway did not register acts for nobody; an entry that names no caller tells nothing.
  if (kind === 'other') return { certainty: agentKey === '' ? 'unknown' : 'none', evidence: '', humans: [] };
  return withoutConsent(subject);
}

/**
 * Names the human behind a decision as of its time, and how sure that is; docs/attribution.md has the rules with an
 * example each. Pure: the same decision and history give the same answer, in whatever order the history was learned.
 */
export function attribute(decision: Decision, envId: string, history: GrantHistory): Attribution {
  const { agentKey, occurredAtMs, server } = decision;
  const consents = history.consentsOf(envId, agentKey, occurredAtMs);
  const required = requiredLevel(decision, envId, history);
  const here = consents.filter(({ grant }) => grant.server === server);
  const subject: Case = { decision, envId, history, consents, here, required };
  const { certainty, evidence, humans } = find(subject);
  const humanKey = certainty === 'ambiguous' ? '' : (humans[0] ?? '');
  const identity = humanKey === '' ? undefined : history.identity(envId, humanKey);
  const mine = here.filter(({ grant }) => grant.humanKey === humanKey);
  const consent = humanKey === '' ? undefined : strongest(mine)?.grant;
  const ceilings = humanKey === '' ? [] : history.ceilingsOf(envId, humanKey, server, occurredAtMs);
  return {
    certainty,
    evidence,
    humanKey,
    humanName: identity?.name || (evidence === 'self' ? decision.agentName : ''),
    humanEmail: identity?.email ?? '',
    candidates: certainty === 'ambiguous' ? humans : [],
    consentId: consent?.grantId ?? '',
    consentAtMs: consent?.validFromMs ?? null,
    trustLevel: consent?.level ?? '',
    ceilingLevel: strongest(ceilings)?.grant.level ?? '',
    requiredLevel: required ?? '',
  };
}
