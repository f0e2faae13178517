import { type Clock, CustodyError, isRetriable } from '@custody/runtime';
import {
  comparePositions,
  type LandedDecision,
  type LandingPosition,
  type Selection,
  type StatementOptions,
} from '@custody/store';
import { problemOf } from '../http/problem.ts';
import type { EventWriter } from './event-writer.ts';
import type { Delivered, HubMember, LandingHub } from './landing-hub.ts';
import { wasTold } from './told-lately.ts';

export interface FollowerParts {
  readonly hub: LandingHub;
  readonly writer: EventWriter;
  readonly clock: Clock;
  readonly selection: Selection;
  readonly from: LandingPosition;
  readonly statement: StatementOptions;
  /** The id of an event. */
  readonly idOf: (position: LandingPosition) => string;
  /** What a decision is told as, JSON. */
  readonly shown: (landed: LandedDecision) => string;
  /** Longest that a client may leave unread what was written, milliseconds. */
  readonly patienceMs: number;
  /** Told when the stream is ended because its client does not read. */
  readonly onDropped: () => void;
}

/** How long the last events wait to be read, and the pause after a failure, milliseconds. */
const graceMs = 5_000;
const pauseMs = 2_000;

/**
 * One client of the stream: reads what it missed by itself, as fast as the client does, then is told by the hub. The hub
 * waits for nobody: who leaves too much unread goes back to reading by himself, and who reads nothing is told so and let go.
 */
export class Follower implements HubMember {
  readonly selection: Selection;
  readonly #parts: FollowerParts;
  #position: LandingPosition;
  /** Where the hub took over. */
  #since: LandingPosition | null = null;
  #isWaiting = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.selection = parts.selection;
    this.#position = parts.from;
  }

  get position(): LandingPosition {
    return this.#position;
  }

  /** Catches up and joins the hub; resolves when it has joined or the stream has ended. */
  async start(): Promise<void> {
    const { hub, writer, clock } = this.#parts;
    let wasRefused = false;
    while (!writer.hasEnded) {
      try {
        if (await this.#readOn()) {
          wasRefused = false;
          continue;
        }
        // The hub is further on than the store: it was put back from a copy, and the hub's members have to go first.
        if (wasRefused) await clock.sleep(pauseMs);
        // Gone meanwhile: the hub would tell nobody for ever.
        if (writer.hasEnded) return;
        this.#since = this.#position;
        if (await hub.join(this)) return;
        wasRefused = true;
      } catch (error) {
        this.failed(error);
        if (!writer.hasEnded) await clock.sleep(pauseMs);
      }
    }
  }

  deliver(found: readonly Delivered[], until: LandingPosition): void {
    const { hub, writer } = this.#parts;
    const since = this.#since ?? this.#position;
    for (const { landed, toldAt } of found) {
      if (comparePositions(landed.position, this.#position) <= 0 || wasTold(toldAt, since)) continue;
      if (writer.isOverfull) {
        hub.leave(this);
        void this.start();
        return;
      }
      this.#tell(landed);
    }
    this.#reach(until);
  }

  failed(error: unknown): void {
    const { writer } = this.#parts;
    if (writer.hasEnded) return;
    const { code, title, remedy } = problemOf(error, '', '');
    if (!(error instanceof CustodyError && isRetriable(error))) {
      writer.event('failed', { code, title, remedy });
      this.#end();
    } else if (!this.#isWaiting) {
      writer.event('waiting', { code, title, remedy });
      this.#isWaiting = true;
    }
  }

  renew(): void {
    this.finish('renew', {});
  }

  heartbeat(): void {
    this.#parts.writer.heartbeat(this.#parts.idOf(this.#position));
  }

  /** Ends the stream; the client may resume where it is. */
  finish(event: string, data: object): void {
    this.#parts.writer.event(event, data, this.#parts.idOf(this.#position));
    this.#end();
  }

  /** Reads a page; `false` where there is none yet. */
  async #readOn(): Promise<boolean> {
    const { hub, writer, selection, statement } = this.#parts;
    await this.#waitForReader();
    if (writer.hasEnded) return false;
    const { found, until } = await hub.page(selection, this.#position, statement);
    const hasMoved = comparePositions(until, this.#position) !== 0;
    for (const landed of found) {
      if (writer.isOverfull) await this.#waitForReader();
      this.#tell(landed);
    }
    this.#reach(until);
    return hasMoved;
  }

  async #waitForReader(): Promise<void> {
    const { writer, patienceMs, onDropped } = this.#parts;
    if (await writer.drained(patienceMs)) return;
    onDropped();
    const detail = 'What was sent was not read in time. Connect anew with Last-Event-ID: nothing is left out.';
    this.finish('dropped', { reason: 'too_slow', detail });
  }

  #tell(landed: LandedDecision): void {
    const { writer, idOf, shown } = this.#parts;
    if (writer.hasEnded) return;
    writer.event('decision', shown(landed), idOf(landed.position));
    this.#position = landed.position;
  }

  /** The store answers, and what it had up to here was told. */
  #reach(position: LandingPosition): void {
    if (this.#parts.writer.hasEnded) return;
    this.#isWaiting = false;
    if (comparePositions(position, this.#position) > 0) this.#position = position;
  }

  #end(): void {
    this.#parts.writer.end(graceMs);
    this.#parts.hub.leave(this);
  }
}
