import type { Call } from './call.ts';
import type { EntryRecord, QueryKind, Truth } from './entry-source.ts';
import { hyphened } from './ids.ts';
import type { Verdict } from './policy.ts';
import { type Engine, rawData } from './raw-data.ts';
import { reasonText } from './reason.ts';
import { Rng, WeightTable } from './rng.ts';
import type { Scope } from './scope.ts';
import { microTime, milliTime, nanoTime, secondTime } from './time-text.ts';

/** Precision in which an entry's timestamp is written. */
export type Precision = 'micro' | 'nano' | 'milli' | 'second';

/** What the entry's user looks like to Permit. */
export interface UserFace {
  readonly key: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

export interface EntryOptions {
  readonly scope: Scope;
  readonly id: string;
  readonly call: Call;
  readonly verdict: Verdict;
  readonly truth: Truth;
  readonly user: UserFace;
  readonly knownActions: readonly string[];
  readonly knownTypes: readonly string[];
  readonly visibleAtMs: number;
  readonly query: QueryKind;
  readonly engine: Engine;
  /** True where the PDP's result had no boolean in it. */
  readonly undecided: boolean;
  readonly precision: Precision;
  /** Seed of the draws that only shape the JSON. */
  readonly shape: number;
}

/** An entry of the simulated world; its JSON is built when it is first asked for. */
export class SimulatedEntry implements EntryRecord {
  readonly id: string;
  readonly micros: number;
  readonly visibleAtMs: number;
  deletedAtMs = Number.POSITIVE_INFINITY;
  readonly query: QueryKind;
  readonly userKey: string | null;
  readonly userEmail: string | null;
  readonly type: string | null;
  readonly action: string | null;
  readonly tenant: string | null;
  readonly decision: boolean | null;
  readonly pdpId: string | null;
  readonly truth: Truth;
  readonly #options: EntryOptions;
  #text: string | undefined;

  constructor(options: EntryOptions) {
    const { call, engine, query, user, verdict } = options;
    const blank = engine === 'Dummy';
    const isCheck = query === 'check';
    this.#options = options;
    this.id = options.id;
    this.micros = call.micros;
    this.visibleAtMs = options.visibleAtMs;
    this.query = query;
    this.userKey = blank ? null : call.userKey;
    this.userEmail = blank ? null : user.email;
    this.type = blank || !isCheck ? null : call.type;
    this.action = blank || !isCheck ? null : call.action;
    this.tenant = blank ? null : 'default';
    this.decision = blank || !isCheck || options.undecided ? null : verdict.allowed;
    this.pdpId = pdpForm(options.shape) === 'present' ? options.scope.pdpId : null;
    this.truth = options.truth;
  }

  get isBulk(): boolean {
    return headOf(this, this.#options).path === 'permit/bulk';
  }

  text(): string {
    this.#text ??= JSON.stringify(render(this, this.#options));
    return this.#text;
  }
}

/** What is drawn first, so that it can be had without the rest. */
function headOf(entry: SimulatedEntry, options: EntryOptions) {
  const rng = new Rng(options.shape, 0x5eed);
  const plain = rng.chance(0.2);
  const timestamp = timeText(options.call.micros, options.precision, rng);
  const reason = reasonOf(entry, options, rng);
  const path = entry.query === 'check' ? rng.from(checkPaths) : 'permit/user_permissions';
  return { rng, plain, timestamp, reason, path };
}

/** The entry as the list serves it: optional fields present, null or missing, each a share of the time. */
function render(entry: SimulatedEntry, options: EntryOptions): Record<string, unknown> {
  const { call, engine, scope, shape, user } = options;
  const { path, plain, reason, rng, timestamp } = headOf(entry, options);
  const id = (text: string) => (plain ? text : hyphened(text));
  const isCheck = entry.query === 'check';
  const pdp = pdpForm(shape);
  return {
    id: id(options.id),
    ...(engine === 'Dummy' && { raw_data: rng.chance(0.5) ? { timestamp } : {} }),
    timestamp,
    ...(rng.chance(0.8) && { created_at: microTime(entry.visibleAtMs * 1000) }),
    ...((!isCheck || rng.chance(0.93)) && { query: path }),
    ...(engine !== 'Dummy' && {
      user_key: call.userKey,
      ...nullable(rng, 'user_email', user.email),
      ...nullable(rng, 'user_name', rng.chance(0.85) ? user.name : null),
      ...nullable(rng, 'resource_type', entry.type),
      tenant: 'default',
      ...nullable(rng, 'action', entry.action),
      ...nullable(rng, 'decision', entry.decision),
      ...nullable(rng, 'reason', reason),
    }),
    org_id: id(scope.organizationId),
    project_id: id(scope.projectId),
    env_id: id(scope.environmentId),
    ...(pdp === 'present' ? { pdp_config_id: id(scope.pdpId) } : pdp === 'null' ? { pdp_config_id: null } : {}),
    ...(rng.chance(0.15) && { context: rng.chance(0.5) ? null : {} }),
    ...(rng.chance(0.15) && { resource_instance: null }),
    ...(rng.chance(0.03) && { ingest: { shard: rng.int(0, 7), revision: 3 } }),
    ...(engine !== 'Dummy' && { raw_data: rawData(entry, options, rng, path, reason) }),
  };
}

const checkPaths = new WeightTable([
  ['permit/root', 85],
  ['permit/check', 12],
  ['permit/bulk', 3],
]);

/** Present where there is a value; otherwise an explicit null or nothing at all. */
function nullable(rng: Rng, name: string, value: unknown): Record<string, unknown> {
  return value !== null || rng.chance(0.6) ? { [name]: value } : {};
}

function reasonOf(entry: SimulatedEntry, options: EntryOptions, rng: Rng): string | null {
  const silent = rng.chance(options.verdict.allowed ? 0.45 : 0.02);
  if (silent || entry.decision === null || entry.type === null || entry.action === null) return null;
  const { knownActions, knownTypes } = options;
  const about = { userKey: options.call.userKey, type: entry.type, action: entry.action, knownActions, knownTypes };
  return reasonText(options.verdict, about);
}

function timeText(micros: number, precision: Precision, rng: Rng): string {
  if (precision === 'micro') return microTime(micros);
  if (precision === 'milli') return milliTime(micros);
  return precision === 'second' ? secondTime(micros) : nanoTime(micros, rng.int(0, 999));
}

/** Moments are cut to what their text can carry before anything is decided on them. */
export function cutTo(micros: number, precision: Precision): number {
  if (precision === 'milli') return micros - (micros % 1000);
  return precision === 'second' ? micros - (micros % 1_000_000) : micros;
}

function pdpForm(shape: number): 'present' | 'null' | 'absent' {
  const share = (shape >>> 8) % 10;
  return share < 8 ? 'present' : share === 8 ? 'null' : 'absent';
}
