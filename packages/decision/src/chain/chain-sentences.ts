import type { Certainty, Evidence } from '../attribution.ts';
import { denialSentence } from '../denial/denial-sentence.ts';
import type { StoredCall } from '../denial/stored-call.ts';
import { levelsSentence, weighLevels } from '../denial/weigh-levels.ts';
import { principalKind } from '../principal.ts';

/** A stored decision with what its attribution rests on. */
export interface AttributedCall extends StoredCall {
  readonly human_email: string;
  readonly evidence: string;
  readonly consent_id: string;
  /** RFC 3339; `null` where it is not known. */
  readonly consented_at: string | null;
}

const evidenceText: Readonly<Record<Evidence, string>> = {
  self: 'the human made the call',
  rebac: 'the decision’s own evidence names the human',
  consent: 'nobody else’s consent to this agent covers the moment',
  server: 'the server is this human’s own',
  level: 'of several who consented, only this one’s levels fit',
  '': '',
};

const certaintyText: Readonly<Record<Certainty, string>> = {
  exact: 'for certain',
  inferred: 'most likely: the moment itself was not observed',
  ambiguous: 'several fit, and nothing tells them apart',
  unknown: 'no consent that covers the moment is known',
  none: 'no human is involved',
};

function textOf(texts: Readonly<Record<string, string>>, name: string): string {
  return Object.entries(texts).find(([key]) => key === name)?.[1] ?? name;
}

/** Who stands behind the call, how sure that is, and what says so. */
export function humanSentence(call: AttributedCall): string {
  const { human_key: key, human_name: name, human_email: email, human_candidates: candidates } = call;
  const certainty = textOf(certaintyText, call.attribution);
  if (key === '') return candidates.length > 0 ? `one of ${candidates.join(', ')}: ${certainty}` : certainty;
  const who = [name, email === '' ? '' : `<${email}>`, `(${key})`].filter((part) => part !== '').join(' ');
  const evidence = textOf(evidenceText, call.evidence);
  return `${who}, ${certainty}${evidence === '' ? '' : ` (${evidence})`}`;
}

/** What the human allowed the agent, and since when. */
export function consentSentence(call: AttributedCall): string {
  const { trust_level: level, server, consented_at: at, consent_id: id } = call;
  if (principalKind(call.agent_key) === 'human') return 'none is needed: the human made the call';
  if (call.attribution === 'none') return 'none is involved';
  if (level === '') return `none is known for ${server}`;
  const since = at === null ? '' : ` since ${at}`;
  return `${level} for ${server}${since}${id === '' ? '' : ` (${id})`}`;
}

export function agentSentence({ agent_name: name, agent_key: key }: StoredCall): string {
  if (key === '') return 'the entry names no caller';
  const text = name === '' ? key : `${name} (${key})`;
  return principalKind(key) === 'human' ? `${text}, without an agent` : text;
}

/** Why the call was let pass or not, as far as what is stored of it tells. */
export function verdictSentence(call: StoredCall): string {
  if (call.decision === 'deny') return `Denied: ${denialSentence(call)}`;
  if (call.decision === 'unknown') return 'The source does not say whether it was allowed';
  const { isSufficient } = weighLevels(call);
  const levels = levelsSentence(weighLevels(call));
  if (isSufficient === true) return `Allowed: ${levels}`;
  const lead = `Allowed by Permit; ${levels}`;
  return isSufficient === null ? lead : `${lead}. So another policy, or a change that no listing caught, let it pass`;
}
