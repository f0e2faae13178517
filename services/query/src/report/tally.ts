import type { Verdict } from '@custody/decision';
import { type ReportedDecision, remedyText } from './report-row.ts';

/** Decisions by verdict. */
export interface Counts {
  decisions: number;
  allow: number;
  deny: number;
  unknown: number;
}

export function noCounts(): Counts {
  return { decisions: 0, allow: 0, deny: 0, unknown: 0 };
}

function count(counts: Counts, decision: Verdict): void {
  counts.decisions += 1;
  counts[decision] += 1;
}

/** An agent, or a human, in a report. */
export interface Principal extends Counts {
  readonly key: string;
  name: string;
  email: string;
  /** Milliseconds since the epoch. */
  firstMs: number;
  lastMs: number;
  /** Agents of a human, humans of an agent. */
  readonly others: Set<string>;
  /** Of a human: decisions of which several humans may be behind, this one among them. */
  possible: number;
}

/** Denials of one reason, and what would have let them pass. */
export interface Reason {
  denials: number;
  /** In words, the sentences as they stand with the decisions. */
  readonly remedies: Map<string, number>;
  /** Denials whose sentence was not kept. */
  others: number;
}

/** Different sentences that are kept: they name agents, humans and tools, so that there may be many. */
const mostSentences = 20_000;

function entry<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}

function newPrincipal(key: string): Principal {
  return { key, name: '', email: '', firstMs: 0, lastMs: 0, others: new Set(), possible: 0, ...noCounts() };
}

/**
 * What a report counts, of the very rows that go into its files. Grows with agents, humans, servers and tools, and not with
 * decisions. Rows that only may be the asked human's are counted apart, in `possible`, and nowhere else.
 */
export class Tally {
  readonly total = noCounts();
  readonly possible = noCounts();
  readonly byAttribution = new Map<string, Counts>();
  readonly agents = new Map<string, Principal>();
  readonly humans = new Map<string, Principal>();
  readonly servers = new Map<string, Counts & { readonly tools: Set<string> }>();
  readonly reasons = new Map<string, Reason>();
  readonly environments = new Map<string, { readonly name: string; readonly counts: Counts }>();
  #sentences = 0;

  add(reported: ReportedDecision): void {
    const { row, isPossible } = reported;
    if (isPossible) {
      count(this.possible, row.decision);
      return;
    }
    count(this.total, row.decision);
    count(entry(this.byAttribution, row.attribution, noCounts), row.decision);
    const environment = entry(this.environments, row.env_id, () => ({ name: row.env_name, counts: noCounts() }));
    count(environment.counts, row.decision);
    this.#addPrincipals(reported);
    const server = entry(this.servers, row.server, () => ({ ...noCounts(), tools: new Set<string>() }));
    count(server, row.decision);
    server.tools.add(row.tool);
    if (row.decision === 'deny') this.#addDenial(reported);
  }

  #addPrincipals({ row, atMs }: ReportedDecision): void {
    const agent = entry(this.agents, row.agent_key, () => newPrincipal(row.agent_key));
    see(agent, row.decision, atMs, row.agent_name, '');
    // The candidates of an ambiguous decision are named nowhere else, so they are kept by their key.
    for (const key of row.human_candidates) entry(this.humans, key, () => newPrincipal(key)).possible += 1;
    if (row.human_key === '') return;
    const human = entry(this.humans, row.human_key, () => newPrincipal(row.human_key));
    see(human, row.decision, atMs, row.human_name, row.human_email);
    agent.others.add(row.human_key);
    human.others.add(row.agent_key);
  }

  #addDenial({ row, remedies }: ReportedDecision): void {
    const reason = entry(this.reasons, row.reason_code, () => ({ denials: 0, remedies: new Map(), others: 0 }));
    reason.denials += 1;
    const text = remedyText(remedies);
    const known = reason.remedies.get(text);
    if (known !== undefined) reason.remedies.set(text, known + 1);
    else if (this.#sentences >= mostSentences) reason.others += 1;
    else {
      this.#sentences += 1;
      reason.remedies.set(text, 1);
    }
  }
}

/** Rows come newest first: the first name that is met is the newest one. */
function see(principal: Principal, decision: Verdict, atMs: number, name: string, email: string): void {
  count(principal, decision);
  principal.name ||= name;
  principal.email ||= email;
  principal.lastMs ||= atMs;
  principal.firstMs = atMs;
}
