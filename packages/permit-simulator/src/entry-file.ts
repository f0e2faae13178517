import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import {
  byTime,
  type EntryRecord,
  type EntrySource,
  lowerIndex,
  type QueryKind,
  type Segment,
  type Stretch,
} from './entry-source.ts';
import { SimulatorError } from './errors.ts';
import type { FactsSource, InstanceRow, KeyedRow, RoleAssignmentRow, TupleRow, UserRow } from './facts.ts';
import { plainId } from './ids.ts';
import { createScope, type Scope } from './scope.ts';
import { microsOf } from './time-text.ts';

const rows = (...names: string[]) =>
  z.array(z.looseObject(Object.fromEntries(['id', ...names].map((name) => [name, z.string()])))).default([]);

const factsSchema = z.object({
  users: rows('key'),
  role_assignments: rows('user', 'role'),
  relationship_tuples: rows('subject', 'relation', 'object'),
  resource_instances: rows('key', 'resource'),
  tenants: rows('key'),
  resources: rows('key'),
});

/** Rows as the API's facts endpoints list them, by endpoint name. */
export type GivenFacts = z.input<typeof factsSchema>;

export interface EntriesOptions {
  /** Path of an NDJSON file, or its lines, or entries as objects. Lines are served byte for byte. */
  readonly entries: string | readonly (string | Readonly<Record<string, unknown>>)[];
  /** Path of a JSON file, or the object itself. Without it every facts endpoint is empty. */
  readonly facts?: string | GivenFacts;
}

/** A given set of entries as an audit log: all visible at once, whatever their time. */
export class EntryFile implements EntrySource {
  readonly scope: Scope;
  readonly facts: FactsSource;
  readonly #segment: Segment;
  readonly #all: readonly EntryRecord[];

  private constructor(records: EntryRecord[], scope: Scope, facts: FactsSource) {
    this.#all = records.sort(byTime);
    this.#segment = {
      checks: this.#all.filter((entry) => entry.query === 'check'),
      others: this.#all.filter((entry) => entry.query !== 'check'),
    };
    this.scope = scope;
    this.facts = facts;
  }

  /** Reads entries and facts; rejects with a SimulatorError that names the line. */
  static async open({ entries, facts }: EntriesOptions): Promise<EntryFile> {
    const given = typeof entries === 'string' ? (await read(entries)).split('\n') : entries;
    const texts = given.map((one) => (typeof one === 'string' ? one.replace(/\r$/, '') : JSON.stringify(one)));
    const parsed = texts.flatMap((text, index) => (text.trim() === '' ? [] : [parseEntry(text, index + 1)]));
    const object: unknown = typeof facts === 'string' ? parseJson(await read(facts), facts) : (facts ?? {});
    return new EntryFile(parsed.map(toRecord), scopeOf(parsed[0]?.entry), givenFacts(object));
  }

  lastMicros(): number {
    return Number.POSITIVE_INFINITY;
  }

  settledMicros(): number {
    return Number.POSITIVE_INFINITY;
  }

  *stretches(): Iterable<Stretch> {
    const first = this.#all[0]?.micros ?? 0;
    const toMicros = (this.#all.at(-1)?.micros ?? 0) + 1;
    yield { fromMicros: first, toMicros, checks: this.#segment.checks.length, load: () => this.#segment };
  }

  countChecks(fromMicros: number, toMicros: number): number {
    const { checks } = this.#segment;
    return Math.max(0, lowerIndex(checks, toMicros + 1) - lowerIndex(checks, fromMicros));
  }

  find(id: string): EntryRecord | undefined {
    return this.#all.find((entry) => entry.id === id);
  }
}

interface ParsedEntry {
  readonly text: string;
  readonly id: string;
  readonly micros: number;
  readonly entry: Readonly<Record<string, unknown>>;
}

function parseEntry(text: string, line: number): ParsedEntry {
  const entry = parseJson(text, `line ${line}`) as Record<string, unknown> | null;
  const id = typeof entry?.id === 'string' ? plainId(entry.id) : undefined;
  const micros = typeof entry?.timestamp === 'string' ? microsOf(entry.timestamp) : undefined;
  if (!entry || id === undefined || micros === undefined) {
    throw new SimulatorError(
      'SIMULATOR_ENTRY_INVALID',
      `line ${line} is no audit-log entry: "id" must be a UUID and "timestamp" an RFC 3339 time with an offset`,
    );
  }
  return { text, id, micros, entry };
}

function toRecord({ entry, id, micros, text }: ParsedEntry): EntryRecord {
  const string = (name: string) => (typeof entry[name] === 'string' ? (entry[name] as string) : null);
  return {
    id,
    micros,
    visibleAtMs: Number.NEGATIVE_INFINITY,
    query: queryKind(string('query')),
    userKey: string('user_key'),
    userEmail: string('user_email'),
    type: string('resource_type'),
    action: string('action'),
    tenant: string('tenant'),
    decision: typeof entry.decision === 'boolean' ? entry.decision : null,
    pdpId: plainId(string('pdp_config_id') ?? '') ?? null,
    truth: { human_key: null, candidates: [] },
    text: () => text,
  };
}

function queryKind(path: string | null): QueryKind {
  if (path === 'permit/user_permissions') return 'get_user_permissions';
  return path?.startsWith('permit/authorized_users') ? 'get_authorized_users' : 'check';
}

/** The entries' own organisation, project and environment, so that what is asked for matches what they say. */
function scopeOf(entry: Readonly<Record<string, unknown>> | undefined): Scope {
  const scope = createScope(0);
  const own = (name: string, otherwise: string) => plainId(String(entry?.[name] ?? '')) ?? otherwise;
  return {
    ...scope,
    organizationId: own('org_id', scope.organizationId),
    projectId: own('project_id', scope.projectId),
    environmentId: own('env_id', scope.environmentId),
  };
}

function givenFacts(object: unknown): FactsSource {
  const parsed = factsSchema.safeParse(object);
  if (!parsed.success) throw new SimulatorError('SIMULATOR_FACTS_INVALID', z.prettifyError(parsed.error));
  const facts = parsed.data;
  return {
    users: () => facts.users as unknown as UserRow[],
    roleAssignments: () => facts.role_assignments as unknown as RoleAssignmentRow[],
    relationshipTuples: () => facts.relationship_tuples as unknown as TupleRow[],
    resourceInstances: () => facts.resource_instances as unknown as InstanceRow[],
    tenants: () => facts.tenants as unknown as KeyedRow[],
    resources: () => facts.resources as unknown as KeyedRow[],
  };
}

async function read(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SimulatorError('SIMULATOR_FILE_UNREADABLE', `cannot read ${path}`, { cause });
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SimulatorError('SIMULATOR_ENTRY_INVALID', `${where} is not valid JSON`, { cause });
  }
}
