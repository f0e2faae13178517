import type { Call } from './call.ts';
import { cutTo, type Precision, SimulatedEntry } from './entry.ts';
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
import { bucketOfId, entryId } from './ids.ts';
import { decide, type PolicyWorld, profileActions, type Verdict } from './policy.ts';
import type { Engine } from './raw-data.ts';
import { Rng, WeightTable } from './rng.ts';
import type { Scope } from './scope.ts';
import { methodClasses, workflows } from './servers.ts';
import type { Traffic } from './traffic.ts';
import { UserFaces } from './user-faces.ts';
import type { Volume } from './volume.ts';
import type { Watchers } from './watchers.ts';

export interface BucketSourceOptions {
  readonly seed: number;
  readonly anchorMs: number;
  readonly scope: Scope;
  readonly policy: PolicyWorld;
  readonly traffic: Traffic;
  readonly volume: Volume;
  /** Calls of the incidents, in order of time. */
  readonly scripted: readonly Call[];
  /** Bots that poll round the clock; null where the volume is given. */
  readonly watchers: Watchers | null;
  readonly arrivalDelayMs: { readonly min: number; readonly max: number };
  /** Entries kept in memory; the buckets used last stay. */
  readonly cachedEntries: number;
}

const precisions = new WeightTable<Precision>([
  ['micro', 70],
  ['nano', 17],
  ['milli', 9],
  ['second', 4],
]);
const engines = new WeightTable<Engine>([
  ['OPA', 9915],
  ['GENERIC', 60],
  ['AVP', 20],
  ['Dummy', 5],
]);
const undecidedShare = 0.001;
/** Entries of other queries than checks, such as "what may this user do". */
const otherShare = 0.003;

/** The simulated world's audit log: buckets are generated when asked for and kept while there is room. */
export class BucketSource implements EntrySource {
  readonly #options: BucketSourceOptions;
  readonly #bucketMicros: number;
  readonly #cache = new Map<number, Segment>();
  readonly #faces: UserFaces;
  readonly #actions = new Map<string, readonly string[]>();
  #cached = 0;

  constructor(options: BucketSourceOptions) {
    this.#options = options;
    this.#faces = new UserFaces(options.policy);
    this.#bucketMicros = options.volume.bucketMs * 1000;
  }

  lastMicros(nowMs: number): number {
    return nowMs * 1000;
  }

  settledMicros(nowMs: number): number {
    return (nowMs - this.#options.arrivalDelayMs.max) * 1000;
  }

  *stretches(fromMicros: number, toMicros: number, newestFirst: boolean): Iterable<Stretch> {
    const first = Math.max(this.#bucketOf(fromMicros), this.#options.volume.firstBucket);
    const last = this.#bucketOf(toMicros);
    for (let step = 0; step <= last - first; step += 1) {
      const bucket = newestFirst ? last - step : first + step;
      const start = this.#startOf(bucket);
      yield {
        fromMicros: start,
        toMicros: start + this.#bucketMicros,
        checks: this.#options.volume.countIn(bucket) + this.#addedIn(bucket, bucket + 1),
        load: () => this.#load(bucket),
      };
    }
  }

  countChecks(fromMicros: number, toMicros: number): number {
    const start = Math.max(fromMicros, this.#startOf(this.#options.volume.firstBucket));
    const end = toMicros + 1;
    if (end <= start) return 0;
    return this.#before(end) - this.#before(start);
  }

  find(id: string): EntryRecord | undefined {
    const bucket = bucketOfId(this.#options.seed, id);
    const { volume } = this.#options;
    if (bucket < volume.firstBucket || !this.#mayHold(bucket)) return undefined;
    const { checks, others } = this.#load(bucket);
    return checks.find((entry) => entry.id === id) ?? others.find((entry) => entry.id === id);
  }

  /** Calls from outside the buckets as entries: always readable, and arriving as any other. */
  entriesOf(calls: readonly Call[], label: string): SimulatedEntry[] {
    const rng = Rng.of(this.#options.seed, 'entries', label);
    return calls.map((call) => this.#entry(rng, this.#bucketOf(call.micros), call, 'check', true));
  }

  /** Checks earlier than a moment: whole buckets are counted without being generated. */
  #before(micros: number): number {
    const bucket = this.#bucketOf(micros);
    const { volume } = this.#options;
    const whole = volume.before(bucket) + this.#addedIn(volume.firstBucket, bucket);
    return micros === this.#startOf(bucket) ? whole : whole + lowerIndex(this.#load(bucket).checks, micros);
  }

  // An id from elsewhere may name a bucket centuries ahead; the volume's table must not grow to it.
  #mayHold(bucket: number): boolean {
    const yearsAhead = (bucket * this.#options.volume.bucketMs) / (366 * 86_400_000);
    return yearsAhead < 5 && this.#options.volume.countIn(bucket) + this.#addedIn(bucket, bucket + 1) > 0;
  }

  #bucketOf(micros: number): number {
    return Math.floor((micros - this.#options.anchorMs * 1000) / this.#bucketMicros);
  }

  #startOf(bucket: number): number {
    return this.#options.anchorMs * 1000 + bucket * this.#bucketMicros;
  }

  /** Calls beside the ordinary traffic: of the incidents, and of the watchers. */
  #addedIn(fromBucket: number, toBucket: number): number {
    const { scripted, watchers } = this.#options;
    const [start, end] = [this.#startOf(fromBucket), this.#startOf(toBucket)];
    return callIndex(scripted, end) - callIndex(scripted, start) + (watchers?.countBetween(start, end) ?? 0);
  }

  #load(bucket: number): Segment {
    const known = this.#cache.get(bucket);
    if (known) {
      this.#cache.delete(bucket);
      this.#cache.set(bucket, known);
      return known;
    }
    const segment = this.#generate(bucket);
    this.#cache.set(bucket, segment);
    this.#cached += sizeOf(segment);
    for (const [oldest, old] of this.#cache) {
      if (this.#cached <= this.#options.cachedEntries || oldest === bucket) break;
      this.#cache.delete(oldest);
      this.#cached -= sizeOf(old);
    }
    return segment;
  }

  #generate(bucket: number): Segment {
    const { scripted, seed, traffic, volume, watchers } = this.#options;
    const start = this.#startOf(bucket);
    const end = start + this.#bucketMicros;
    const scripts = scripted.slice(callIndex(scripted, start), callIndex(scripted, end));
    const calls = [
      ...traffic.callsIn({
        bucket,
        fromMs: start / 1000,
        lastsMs: volume.bucketMs,
        count: volume.countIn(bucket),
        humanShare: volume.humanShare(bucket),
      }),
      ...(watchers?.callsBetween(start, end) ?? []),
      ...scripts,
    ];
    const rng = Rng.of(seed, 'entries', bucket);
    // An incident's calls are always readable, so that its truth can be compared.
    const ordinary = calls.length - scripts.length;
    const checks = calls.map((call, index) => this.#entry(rng, bucket, call, 'check', index >= ordinary));
    const asked = calls.filter(() => rng.chance(otherShare));
    const others = asked.map((call) => this.#entry(rng, bucket, call, 'get_user_permissions', true));
    return { checks: checks.sort(byTime), others: others.sort(byTime) };
  }

  #entry(rng: Rng, bucket: number, drawn: Call, query: QueryKind, plain: boolean): SimulatedEntry {
    const { arrivalDelayMs, policy, scope, seed } = this.#options;
    const precision = rng.from(precisions);
    const call = { ...drawn, micros: cutTo(drawn.micros, precision) };
    const atMs = Math.floor(call.micros / 1000);
    const verdict = decide(policy, call.userKey, call.type, call.action, atMs);
    const engine = plain ? 'OPA' : rng.from(engines);
    return new SimulatedEntry({
      scope,
      id: entryId(seed, bucket, rng),
      call,
      verdict,
      truth: truthOf(policy, call, verdict, engine),
      user: this.#faces.of(call.userKey),
      knownActions: this.#actionsOf(call.type),
      knownTypes: verdict.code === 'no_such_resource' ? [...policy.servers.keys()] : [],
      visibleAtMs: atMs + rng.int(arrivalDelayMs.min, arrivalDelayMs.max),
      query,
      engine,
      undecided: !plain && engine === 'OPA' && rng.chance(undecidedShare),
      precision,
      shape: rng.uint32(),
    });
  }

  #actionsOf(type: string): readonly string[] {
    const known = this.#actions.get(type);
    if (known) return known;
    const server = this.#options.policy.servers.get(type);
    const isWorkflow = workflows.some((workflow) => workflow.key === type);
    const actions = server ? server.tools.map((tool) => tool.key) : isWorkflow ? methodClasses : profileActions;
    this.#actions.set(type, actions);
    return actions;
  }
}

function truthOf(policy: PolicyWorld, call: Call, verdict: Verdict, engine: Engine): Truth {
  if (engine === 'Dummy') return { human_key: null, candidates: [] };
  const itself = policy.humans.has(call.userKey) ? call.userKey : null;
  return {
    human_key: itself ?? (call.subject === null ? null : `human|${call.subject}`),
    candidates: verdict.authorities.map((authority) => `human|${authority.subject}`),
  };
}

/** Index of the first scripted call at or after a moment. */
function callIndex(calls: readonly Call[], micros: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((calls[middle]?.micros ?? 0) < micros) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sizeOf({ checks, others }: Segment): number {
  return checks.length + others.length;
}
