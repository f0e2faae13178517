import {
  byTime,
  type EntryRecord,
  type EntrySource,
  lowerIndex,
  type QueryKind,
  type Segment,
  type Stretch,
  type Truth,
} from './entry-source.ts';
import { SimulatorError } from './errors.ts';
import { plainId } from './ids.ts';
import { microsOf } from './time-text.ts';

type Fields = Readonly<Record<string, unknown>>;

/** An entry to be listed, and when. */
export interface GivenEntry {
  /** As the API lists it: an object, or its JSON text, which is served byte for byte. */
  readonly entry: string | Fields;
  /** Unix ms; default: always. */
  readonly visibleAtMs?: number;
  /** Unix ms; default: never. */
  readonly deletedAtMs?: number;
  /** Where it is listed, for an entry whose own `timestamp` or `id` says nothing usable. */
  readonly micros?: number;
  readonly id?: string;
}

/** A record that somebody may delete later. */
export interface DeletableRecord extends EntryRecord {
  deletedAtMs: number;
}

/** Given entries as an audit log. They can be added and deleted while it is read. */
export class EntryList implements EntrySource {
  #checks: DeletableRecord[] = [];
  #others: DeletableRecord[] = [];
  readonly #byId = new Map<string, DeletableRecord>();
  #isSorted = true;
  #lastVisibleMs = Number.NEGATIVE_INFINITY;
  #firstDeletedMs = Number.POSITIVE_INFINITY;
  /** No entry with an earlier timestamp comes or goes. */
  #firstChangingMicros = Number.POSITIVE_INFINITY;

  constructor(entries: Iterable<GivenEntry> = []) {
    this.addAll(entries);
  }

  get size(): number {
    return this.#checks.length + this.#others.length;
  }

  /** Throws SIMULATOR_ENTRY_INVALID for one that has neither a UUID and an RFC 3339 time nor these given beside it. */
  add(...entries: readonly GivenEntry[]): void {
    this.addAll(entries);
  }

  /** The same for more than fit into an argument list. */
  addAll(entries: Iterable<GivenEntry>): void {
    for (const entry of entries) this.addRecord(new GivenRecord(entry));
  }

  /** Adds one that is built already. */
  addRecord(record: DeletableRecord): void {
    (record.query === 'check' ? this.#checks : this.#others).push(record);
    if (!this.#byId.has(record.id)) this.#byId.set(record.id, record);
    this.#isSorted = false;
    this.#lastVisibleMs = Math.max(this.#lastVisibleMs, record.visibleAtMs);
    this.#firstDeletedMs = Math.min(this.#firstDeletedMs, record.deletedAtMs);
    const isAlways = record.visibleAtMs === Number.NEGATIVE_INFINITY && record.deletedAtMs === Number.POSITIVE_INFINITY;
    if (!isAlways) this.#firstChangingMicros = Math.min(this.#firstChangingMicros, record.micros);
  }

  /** From `atMs` on the entry is listed no more. False where there is none of this id. */
  delete(id: string, atMs: number): boolean {
    const record = this.#byId.get(plainId(id) ?? id);
    if (!record) return false;
    record.deletedAtMs = atMs;
    this.#firstDeletedMs = Math.min(this.#firstDeletedMs, atMs);
    this.#firstChangingMicros = Math.min(this.#firstChangingMicros, record.micros);
    return true;
  }

  /** What lies in `fromMicros <= t < toMicros`, listed or not. */
  within(fromMicros: number, toMicros: number): Segment {
    const { checks, others } = this.#segment();
    const cut = (records: readonly EntryRecord[]) =>
      records.slice(lowerIndex(records, fromMicros), lowerIndex(records, toMicros));
    return { checks: cut(checks), others: cut(others) };
  }

  lastMicros(): number {
    return Number.POSITIVE_INFINITY;
  }

  settledMicros(nowMs: number): number {
    const isSettled = nowMs >= this.#lastVisibleMs && nowMs < this.#firstDeletedMs;
    return isSettled ? Number.POSITIVE_INFINITY : this.#firstChangingMicros - 1;
  }

  *stretches(): Iterable<Stretch> {
    const segment = this.#segment();
    const [fromMicros, toMicros] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    yield { fromMicros, toMicros, checks: segment.checks.length, load: () => segment };
  }

  countChecks(fromMicros: number, toMicros: number): number {
    const { checks } = this.#segment();
    return Math.max(0, lowerIndex(checks, toMicros + 1) - lowerIndex(checks, fromMicros));
  }

  find(id: string): EntryRecord | undefined {
    return this.#byId.get(id);
  }

  #segment(): Segment {
    if (!this.#isSorted) {
      this.#checks.sort(byTime);
      this.#others.sort(byTime);
      this.#isSorted = true;
    }
    return { checks: this.#checks, others: this.#others };
  }
}

const nobody: Truth = { human_key: null, candidates: [] };

/** Reads of its entry only what is asked for: building thousands of these must cost next to nothing. */
class GivenRecord implements DeletableRecord {
  readonly id: string;
  readonly micros: number;
  readonly visibleAtMs: number;
  deletedAtMs: number;
  readonly query: QueryKind;
  readonly truth: Truth = nobody;
  #text: string | undefined;
  readonly #fields: Fields;

  constructor(given: GivenEntry) {
    const { deletedAtMs = Number.POSITIVE_INFINITY, entry, visibleAtMs = Number.NEGATIVE_INFINITY } = given;
    const fields = typeof entry === 'string' ? parsed(entry, given) : entry;
    const micros = given.micros ?? microsOf(String(fields.timestamp));
    const id = plainId(given.id ?? String(fields.id)) ?? given.id;
    if (id === undefined || micros === undefined) {
      const wanted = '"id" must be a UUID and "timestamp" an RFC 3339 time with an offset';
      throw new SimulatorError('SIMULATOR_ENTRY_INVALID', `this is no audit-log entry: ${wanted}`);
    }
    this.id = id;
    this.micros = micros;
    this.visibleAtMs = visibleAtMs;
    this.deletedAtMs = deletedAtMs;
    this.#fields = fields;
    this.query = queryKind(this.#string('query'));
    if (typeof entry === 'string') this.#text = entry;
  }

  get userKey(): string | null {
    return this.#string('user_key');
  }

  get userEmail(): string | null {
    return this.#string('user_email');
  }

  get type(): string | null {
    return this.#string('resource_type');
  }

  get action(): string | null {
    return this.#string('action');
  }

  get tenant(): string | null {
    return this.#string('tenant');
  }

  get decision(): boolean | null {
    const { decision } = this.#fields;
    return typeof decision === 'boolean' ? decision : null;
  }

  get pdpId(): string | null {
    return plainId(this.#string('pdp_config_id') ?? '') ?? null;
  }

  get isBulk(): boolean {
    return this.#fields.query === 'permit/bulk';
  }

  text(): string {
    this.#text ??= JSON.stringify(this.#fields);
    return this.#text;
  }

  #string(name: string): string | null {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : null;
  }
}

/** Text that is no JSON object can be listed as well, where id and time are given beside it. */
function parsed(text: string, { id, micros }: GivenEntry): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch (cause) {
    if (id !== undefined && micros !== undefined) return {};
    throw new SimulatorError('SIMULATOR_ENTRY_INVALID', 'this is not valid JSON', { cause });
  }
}

function queryKind(path: string | null): QueryKind {
  if (path === 'permit/user_permissions') return 'get_user_permissions';
  return path?.startsWith('permit/authorized_users') ? 'get_authorized_users' : 'check';
}
