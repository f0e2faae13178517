/**
 * Audit-log entries as Permit writes them, and what has to become of each. Knows nothing of the packages that are
 * judged by it.
 */

export interface ExpectedRow {
  readonly decision_id: string;
  readonly occurred_ms: number;
  readonly agent_key: string;
  readonly server: string;
  readonly tool: string;
  readonly decision: 'allow' | 'deny' | 'unknown';
}

export interface MadeEntry {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly expected: ExpectedRow;
}

export const startMs = Date.UTC(2026, 9, 31, 22, 30);

const encoder = new TextEncoder();

/** A UUID for a number: the same number, the same id. */
function uuidOf(n: number, seed: number): string {
  const mixed = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(seed + 7, 0x85ebca6b);
  const hex = [mixed, Math.imul(mixed, 0xc2b2ae35), n, seed].map((word) => (word >>> 0).toString(16).padStart(8, '0'));
  const all = hex.join('');
  return `${all.slice(0, 8)}-${all.slice(8, 12)}-${all.slice(12, 16)}-${all.slice(16, 20)}-${all.slice(20)}`;
}

const verdicts: readonly (readonly [unknown, ExpectedRow['decision']])[] = [
  [true, 'allow'],
  [true, 'allow'],
  [false, 'deny'],
  [null, 'unknown'],
  ['true', 'unknown'],
  [undefined, 'unknown'],
];

/** The same instant in each of the forms that Permit is known to write. */
function written(ms: number, n: number): string {
  const iso = new Date(ms).toISOString();
  const forms = [
    iso,
    iso.replace('Z', '+00:00'),
    iso.replace('Z', '987999Z'),
    `${new Date(ms + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`,
  ];
  return forms[n % forms.length] ?? iso;
}

/** Entry number n of a seed. */
export function makeEntry(n: number, seed: number): MadeEntry {
  const id = uuidOf(n, seed);
  const [decision, verdict] = verdicts[n % verdicts.length] ?? [true, 'allow'];
  const occurredMs = startMs + n * 3_777;
  const agent = `agent|client_${n % 17}`;
  const entry = {
    id: n % 3 === 0 ? id.replaceAll('-', '').toUpperCase() : id,
    timestamp: written(occurredMs, n),
    user_key: agent,
    resource_type: `server-${n % 5}`,
    action: `tool_${n % 9}`,
    tenant: 'default',
    decision,
    reason: n % 2 === 0 ? null : `“${agent}” ok — naïve ✓`,
    brand_new_field: { nested: [1, null] },
  };
  return {
    key: agent,
    bytes: encoder.encode(JSON.stringify(entry, null, n % 4 === 0 ? 1 : undefined)),
    expected: {
      decision_id: id,
      occurred_ms: occurredMs,
      agent_key: agent,
      server: `server-${n % 5}`,
      tool: `tool_${n % 9}`,
      decision: verdict,
    },
  };
}

export function makeEntries(count: number, seed: number): MadeEntry[] {
  return Array.from({ length: count }, (_, n) => makeEntry(n, seed));
}

export interface BrokenRecord {
  readonly key: string;
  readonly bytes: Uint8Array | null;
  readonly headers: 'as usual' | 'none' | 'bad mode';
  readonly fault: string;
}

/** Records that cannot be understood, each in its own way. */
export function brokenRecords(): BrokenRecord[] {
  const json = (value: unknown) => encoder.encode(JSON.stringify(value));
  const good = makeEntry(1, 424_242).bytes;
  const usual = (bytes: Uint8Array, fault: string): BrokenRecord => ({ key: 'x', bytes, headers: 'as usual', fault });
  return [
    usual(Uint8Array.of(0xff, 0xfe, 0x00, 0x80, 0x7b), 'not_utf8'),
    usual(encoder.encode('{"id": "trunc'), 'not_json'),
    usual(new Uint8Array(0), 'not_json'),
    usual(json([1, 2]), 'not_an_object'),
    usual(json({ id: 'no-uuid', timestamp: '2026-11-01T00:00:00Z' }), 'invalid_id'),
    usual(json({ id: uuidOf(9, 9), timestamp: 'yesterday' }), 'invalid_timestamp'),
    usual(json({ id: uuidOf(9, 9), timestamp: '2026-11-01T00:00:00Z', user_key: 5 }), 'invalid_field'),
    { key: 'agent|no headers', bytes: good, headers: 'none', fault: 'missing_header' },
    { key: 'agent|bad mode', bytes: good, headers: 'bad mode', fault: 'missing_header' },
    { key: 'agent|tombstone', bytes: null, headers: 'as usual', fault: 'not_an_object' },
  ];
}
