import { type HourWindows, hourMs, isReservedWindowsKey, type SourceWindow, secondMs, topics } from '@custody/decision';
import type { LogRecord } from '@custody/log';
import { type IdSets, isXorOfListed, mayHaveSlipped } from './ids-listed.ts';
import type { PropertyWorld } from './property-world.ts';

/** With which a request reaches beyond its window, the rest of its last second included. */
const paddingMs = 2 * secondMs;
const decoder = new TextDecoder();
const plain = (id: string) => id.replaceAll('-', '');

function jsonOf({ value }: LogRecord): unknown {
  return JSON.parse(decoder.decode(value ?? new Uint8Array()));
}

function spanOf({ from, to }: SourceWindow): { fromMs: number; toMs: number } {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}

/** What a statement says, and of what: equal for a statement that is only repeated. */
function nameOf({ from, to, state, read_at, verified_at }: SourceWindow): string {
  return `${from} ${to} ${state} ${read_at} ${verified_at}`;
}

/**
 * Judges what stands in the log by what the source had listed. It sees records and the source's truth, and nothing of how the
 * poller came to them.
 */
export class PropertyJudge {
  readonly #world: PropertyWorld;
  /** Timestamps of what is in the log, by id. */
  readonly #logged = new Map<string, number>();
  readonly #hours = new Map<string, readonly SourceWindow[]>();
  readonly #found: string[] = [];

  constructor(world: PropertyWorld) {
    this.#world = world;
  }

  /** Every record at the moment at which it is appended: a statement counts from then on. */
  readonly onAppend = (topic: string, record: LogRecord): void => {
    if (topic === topics.decisions.name) {
      const { id, timestamp } = jsonOf(record) as { id: string; timestamp: string };
      this.#logged.set(plain(id), Date.parse(timestamp));
    }
    if (topic !== topics.windows.name || isReservedWindowsKey(record.key)) return;
    const { windows } = jsonOf(record) as HourWindows;
    const said = new Set((this.#hours.get(record.key) ?? []).map(nameOf));
    this.#hours.set(record.key, windows);
    this.#judgeOrder(record.key, windows);
    for (const window of windows) if (!said.has(nameOf(window))) this.#judge(window);
  };

  has(id: string): boolean {
    return this.#logged.has(plain(id));
  }

  /** Adds what somebody else saw. */
  add(fault: string): void {
    this.#found.push(fault);
  }

  /** What is not proven, and what the world is like. */
  hint(): string {
    const { variants, requestsPerMinute } = this.#world;
    const unproven = [...this.#windows()].filter(({ state }) => state !== 'closed').slice(0, 3);
    return JSON.stringify({ variants, requestsPerMinute, unproven });
  }

  /** What was wrong so far. */
  get found(): readonly string[] {
    return this.#found;
  }

  /** Seconds from the horizon to a moment of which the records prove nothing, nor say that they are unreadable. */
  unprovenSeconds(untilMs: number): number {
    let settledMs = 0;
    for (const window of this.#windows()) {
      const { fromMs, toMs } = spanOf(window);
      if (window.state !== 'open') settledMs += Math.max(0, Math.min(toMs, untilMs) - fromMs);
    }
    return (untilMs - this.#horizonMs() - settledMs) / secondMs;
  }

  /**
   * What the end has to show: all that was listed is in the log, and nothing else; and the sums are right. `isMended` says
   * that nothing waits for a look at closed windows any more.
   */
  judgeEnd({ isMended }: { readonly isMended: boolean }): void {
    const { nowMs, permit, tally } = this.#world;
    const ever = permit.oracle.listed({ asOfMs: nowMs });
    this.#fault(
      'in the log and never listed',
      [...this.#logged.keys()].filter((id) => !ever.has(id)),
    );
    const listed = permit.oracle.listed({ asOfMs: nowMs, fromMs: this.#horizonMs() });
    const left = [...listed].filter((id) => !this.has(id));
    const kept = left.filter((id) => this.#deletedAtMs(id) > nowMs && !this.#isSaidUnproven(id));
    if (isMended) this.#fault('listed at the end and not in the log', kept);
    tally.note('row deleted before it was read', left.length - kept.length);
  }

  #judgeOrder(key: string, windows: readonly SourceWindow[]): void {
    let atMs = Date.parse(key.slice(key.indexOf('/') + 1));
    const endMs = atMs + hourMs;
    for (const window of windows) {
      const { fromMs, toMs } = spanOf(window);
      if (fromMs < atMs || toMs <= fromMs || toMs > endMs) this.#found.push(`${key}: windows out of order`);
      atMs = toMs;
    }
  }

  /** A proof says that the source listed nothing else when it was read, and that nothing was to come in time any more. */
  #judge(window: SourceWindow): void {
    const { nowMs, latenessMs, permit, bounds, tally } = this.#world;
    if (window.state === 'unreadable') tally.note('second said to be unreadable');
    if (window.state !== 'closed') return;
    if ((window.facets?.length ?? 0) > 0) tally.note('second proven by facets');
    tally.note(`proven by ${window.proof}`);
    const { fromMs, toMs } = spanOf(window);
    const readAtMs = Date.parse(window.read_at ?? '');
    const name = `${window.from} to ${window.to}, proven as of ${window.read_at}`;
    if (!(readAtMs <= nowMs + bounds.aheadMs)) this.#found.push(`${name}: read in the future`);
    if (toMs > nowMs + bounds.aheadMs - latenessMs) this.#found.push(`${name}: closed before its lateness`);
    const saidMs = [readAtMs, Date.parse(window.closed_at ?? ''), Date.parse(window.verified_at ?? '')];
    const known = saidMs.filter((ms) => !Number.isNaN(ms));
    if (this.#world.liedBetween(Math.min(...known), Math.max(...known, nowMs))) return;
    const listed = permit.oracle.listed({ asOfMs: readAtMs - bounds.aheadMs, fromMs, toMs });
    const missing = [...listed].filter((id) => !this.has(id) && this.#deletedAtMs(id) > nowMs);
    this.#fault(`${name}, lacks what was listed then`, missing);
    const possible = [...permit.oracle.listed({ asOfMs: nowMs, fromMs, toMs })];
    const slipped = window.proof === 'reread' ? mayHaveSlipped(this.#world, possible) : new Set<string>();
    const sure = [...listed].filter((id) => this.#deletedAtMs(id) > nowMs && !slipped.has(id));
    this.#judgeIds(window, { sure, possible });
    // Rows that were denied and came back look like new ones beside some that were deleted.
    if (!this.#world.liedBetween(0, nowMs)) this.#judgeSums(window);
  }

  /** The pass listed what was there all the time, and of what came or went meanwhile some. */
  #judgeIds(window: SourceWindow, ids: IdSets): void {
    const { tally } = this.#world;
    const isRight = isXorOfListed(window, ids);
    if (isRight) tally.note('ids told by a closed window');
    if (isRight && ids.sure.length < ids.possible.length) tally.note('ids told while rows came or went');
    if (isRight !== false) return;
    const { from, to, listed, ids_xor } = window;
    const said = `${listed} ids of XOR ${ids_xor}`;
    this.#found.push(`${from} to ${to}: ${said} cannot be what was listed: ${JSON.stringify(ids)}`);
  }

  /** What was listed last is in the log, and no more is told of, deleted ones included, than the source ever listed. */
  #judgeSums(window: SourceWindow): void {
    const { nowMs, permit } = this.#world;
    const span = spanOf(window);
    let logged = 0;
    for (const atMs of this.#logged.values()) if (span.fromMs <= atMs && atMs < span.toMs) logged += 1;
    // A row that was only counted may have lain in the seconds with which the request is padded.
    const [fromMs, toMs] = [span.fromMs - paddingMs, span.toMs + paddingMs];
    const ever = permit.oracle.listed({ asOfMs: nowMs, fromMs, toMs }).size;
    const told = window.listed + window.deleted_at_source;
    if (window.listed > logged || told > ever) {
      const name = `${window.from} to ${window.to}`;
      this.#found.push(`${name}: tells of ${told} rows of ${ever}, ${window.listed} listed, ${logged} are in the log`);
    }
  }

  #isSaidUnproven(id: string): boolean {
    const at = [...this.#windows()].filter(({ state }) => state !== 'closed').map(spanOf);
    const lifetime = this.#world.permit.entries.find(id);
    const atMs = (lifetime?.micros ?? 0) / 1_000;
    return at.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  }

  #fault(what: string, ids: readonly string[]): void {
    if (ids.length > 0)
      this.#found.push(`${what}: ${ids.slice(0, 5)}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`);
  }

  #deletedAtMs(id: string): number {
    return this.#world.permit.oracle.lifetime(id)?.deletedAtMs ?? 0;
  }

  #horizonMs(): number {
    const hours = [...this.#hours].filter(([, windows]) => windows.length > 0);
    return Math.min(...hours.map(([key]) => Date.parse(key.slice(key.indexOf('/') + 1))));
  }

  *#windows(): Iterable<SourceWindow> {
    for (const windows of this.#hours.values()) yield* windows;
  }
}
