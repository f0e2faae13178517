import type { z } from 'zod';
import { type AuditLogEntry, auditLogEntry } from './audit-log-entry.ts';
import { canonicalUuid } from './decision-id.ts';
import { deadLettered, kept, type Outcome } from './outcome.ts';
import { denialCode, type ReasonCode } from './reason-code.ts';
import { humansInEvidence } from './rebac-evidence.ts';
import { parseTimestamp } from './timestamp.ts';

/** `unknown` where the source does not say; it counts neither as allowed nor as denied. */
export type Verdict = 'allow' | 'deny' | 'unknown';

/** One `permit.check` outcome, as Custody keeps it. Absent texts are `''`. */
export interface Decision {
  /** Canonical: lower case with hyphens. */
  readonly id: string;
  /** Decision time at the PDP, milliseconds since the epoch, cut from the source's precision. */
  readonly occurredAtMs: number;
  /** The caller's key as Permit has it, whatever its kind. */
  readonly agentKey: string;
  readonly agentName: string;
  /** The resource type. */
  readonly server: string;
  /** `{type}:{instance}`; the gateway uses one instance per server, of the same key. */
  readonly resource: string;
  /** The action. */
  readonly tool: string;
  readonly tenant: string;
  readonly verdict: Verdict;
  /** The reason's text as Permit reports it. */
  readonly reason: string;
  readonly reasonCode: ReasonCode;
  /** Humans that the decision's own debug output names. */
  readonly evidenceHumans: readonly string[];
}

type CheckInput = NonNullable<AuditLogEntry['input']>;

function firstText(...candidates: (string | null | undefined)[]): string {
  for (const text of candidates) if (text) return text;
  return '';
}

function keyOf(value: string | { key?: string | null | undefined } | null | undefined): string {
  return firstText(typeof value === 'string' ? value : value?.key);
}

/** Where the check's own input is: OPA keeps it in `raw_data`, other engines on the entry. */
function checkInputs({ raw_data, input }: AuditLogEntry): CheckInput[] {
  const inputs: CheckInput[] = [];
  if (raw_data?.input) inputs.push(raw_data.input);
  if (input) inputs.push(input);
  return inputs;
}

/** What the checks' inputs say of the resource; of each the first that says anything, and objects before texts. */
function resourceAsked(inputs: readonly CheckInput[]) {
  const found = { type: '', key: '', tenant: '', text: '' };
  for (const { resource } of inputs) {
    if (typeof resource === 'string') found.text ||= resource;
    else if (resource) {
      found.type ||= resource.type ?? '';
      found.key ||= resource.key ?? '';
      found.tenant ||= resource.tenant ?? '';
    }
  }
  const colon = found.text.indexOf(':');
  const typeInText = colon < 0 ? found.text : found.text.slice(0, colon);
  const keyInText = colon < 0 ? '' : found.text.slice(colon + 1);
  return { type: found.type || typeInText, key: found.key || keyInText, tenant: found.tenant };
}

function serverAndResource(entry: AuditLogEntry, inputs: readonly CheckInput[]) {
  const asked = resourceAsked(inputs);
  const server = firstText(entry.resource_type, asked.type, entry.raw_data?.resource_type);
  const tenant = firstText(entry.tenant, asked.tenant, entry.raw_data?.tenant);
  return { server, resource: server === '' ? '' : `${server}:${asked.key || server}`, tenant };
}

function verdictOf(decision: unknown): Verdict {
  if (typeof decision !== 'boolean') return 'unknown';
  return decision ? 'allow' : 'deny';
}

function faultOf({ issues: [first] }: z.ZodError): Outcome<never> {
  const field = first?.path.join('.') ?? '';
  const detail = field === '' ? 'the entry is not a JSON object' : `${field}: ${first?.message}`;
  if (field === '') return deadLettered('not_an_object', detail);
  if (field === 'id') return deadLettered('invalid_id', detail);
  return deadLettered(field === 'timestamp' ? 'invalid_timestamp' : 'invalid_field', detail);
}

/** Reads a decision out of an entry that is parsed JSON already. */
export function decisionOf(json: unknown): Outcome<Decision> {
  const parsed = auditLogEntry.safeParse(json);
  if (!parsed.success) return faultOf(parsed.error);
  const entry = parsed.data;
  const id = canonicalUuid(entry.id);
  if (id === null) return deadLettered('invalid_id', `id: ${JSON.stringify(entry.id).slice(0, 200)} is not a UUID`);
  const occurredAtMs = parseTimestamp(entry.timestamp);
  if (occurredAtMs === null) {
    const shown = JSON.stringify(entry.timestamp).slice(0, 200);
    return deadLettered('invalid_timestamp', `timestamp: ${shown} is not an RFC 3339 time`);
  }
  const inputs = checkInputs(entry);
  const verdict = verdictOf(entry.decision);
  return kept({
    id,
    occurredAtMs,
    agentKey: firstText(entry.user_key, ...inputs.map((input) => keyOf(input.user)), entry.raw_data?.user_key),
    agentName: firstText(entry.user_name, entry.raw_data?.user_name),
    ...serverAndResource(entry, inputs),
    tool: firstText(entry.action, ...inputs.map((input) => input.action), entry.raw_data?.action),
    verdict,
    reason: entry.reason ?? '',
    reasonCode: verdict === 'deny' ? denialCode(entry) : '',
    evidenceHumans: humansInEvidence(entry),
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a decision out of an entry's bytes. Never throws: what cannot be understood says why. */
export function parseEntry(bytes: Uint8Array): Outcome<Decision> {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return deadLettered('not_utf8', 'the entry is not valid UTF-8');
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return deadLettered('not_json', error instanceof Error ? error.message.slice(0, 200) : 'not JSON');
  }
  return decisionOf(json);
}
