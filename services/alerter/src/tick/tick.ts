import { randomUUID } from 'node:crypto';
import { dayMs, hourMs, type JournalLook, minuteMs, type TickRecord } from '@custody/decision';
import {
  type DeniedCell,
  deniedWanted,
  type EnvironmentInput,
  type HeldAlert,
  type JudgedTransition,
  judge,
  limitsWithinMs,
  lookByRules,
  type PastAlert,
  placeOf,
  placeOfHeld,
  type RuleSet,
  remembered,
  ruleSetOf,
  type Silence,
  unsettledMoments,
} from '@custody/detect';
import { throwIfAborted } from '@custody/runtime';
import type { HistoryRange } from '@custody/store';
import { alerterErrors } from '../errors.ts';
import type { TickOutcome } from '../journal/journal.ts';
import { type AlerterState, stateOf } from '../judge/alerter-state.ts';
import { judgePast, judgeSettled } from '../judge/judge-past.ts';
import { concise, type JudgedLook } from '../judge/recorded-look.ts';
import { settleable } from '../judge/settleable.ts';
import { type TellingParts, tellAll } from '../tell/tell-all.ts';
import { unsilenced } from '../tell/unsilenced.ts';
import type { ReadOrders, Surroundings, TickStore } from './tick-store.ts';

export interface TickParts extends TellingParts {
  readonly store: TickStore;
  readonly orders: ReadOrders;
  /** Rules of the file. */
  readonly fileRules: () => RuleSet['rules'];
}

/** A step, with the look that led to it; `null` where nothing was looked at. */
export interface Step {
  readonly judged: JudgedTransition;
  readonly lookId: string | null;
}

/** What is known in the course of a tick. */
interface Course {
  readonly state: AlerterState;
  readonly ruleSet: RuleSet;
  readonly silences: readonly Silence[];
  readonly now: Surroundings;
  readonly atMs: number;
  readonly signal: AbortSignal;
  readonly steps: Step[];
  readonly looks: JournalLook[];
  /** Denials of the last hour by environment, as far as they were read. */
  readonly denied: Map<string, readonly DeniedCell[]>;
  held: readonly HeldAlert[];
  past: readonly PastAlert[];
}

const bucketMs = 5 * minuteMs;
/** An alert covers what comes up within this before it and after its end. */
const coveredBeforeMs = 60 * minuteMs;
const coveredAfterMs = 240 * minuteMs;
/** Past moments take at most so long of a tick; the first is looked at in any case. */
const pastBudgetMs = 15_000;

/** One look at everything that there is to look at. Nothing that it reads or judges counts before its outcome does. */
export class Tick {
  readonly #parts: TickParts;

  constructor(parts: TickParts) {
    this.#parts = parts;
  }

  /** Throws `STORE_*`, `ALERTER_INTERRUPTED`. */
  async look(base: TickRecord | null, atMs: number, signal: AbortSignal): Promise<Omit<TickOutcome, 'kept'>> {
    const { store, orders, fileRules, clock } = this.#parts;
    const state = stateOf(base);
    const nowMs = clock.now();
    const { rules, actions, silences } = await orders(nowMs, signal);
    const ruleSet = ruleSetOf(rules, fileRules());
    const now = await store.surroundings({ atMs, nowMs, isPast: false }, state, signal);
    const landed = await store.late(state.landed, atMs - bucketMs, signal);
    const held = state.held.map(settleable);
    const course: Course = {
      state,
      ruleSet,
      silences,
      now,
      atMs,
      signal,
      steps: [],
      looks: [],
      denied: new Map(),
      held,
      past: state.past,
    };
    await this.#judgeNow(course, actions);
    await this.#settle(course);
    const due = momentsDue(state, landed.buckets, base?.tickMs ?? null, atMs);
    const moments = await this.#judgePast(course, due);
    const told = unsilenced(course, state.untold, now.names, nowMs);
    const transitions = await tellAll(this.#parts, {
      ...course,
      ...told,
      environments: now.environments,
      names: now.names,
      nowMs,
    });
    throwIfAborted(signal, alerterErrors.ALERTER_INTERRUPTED, 'looking');
    const next: AlerterState = {
      format: 1,
      held: told.held,
      past: remembered(course.past, told.held, atMs),
      landed: landed.until,
      moments,
      untold: told.untold,
    };
    return {
      ...{ tickMs: atMs, decidedAtMs: nowMs, transitions, looks: course.looks },
      state: JSON.parse(JSON.stringify(next)) as TickOutcome['state'],
    };
  }

  async #judgeNow(course: Course, actions: NonNullable<Parameters<typeof judge>[1]['actions']>): Promise<void> {
    const { ruleSet, now, atMs, signal } = course;
    const hasLimits = limitsWithinMs(ruleSet) > 0;
    const all = now.environments.map(({ envId }) => envId);
    const read = (envIds: readonly string[]) => this.#parts.store.withDenied(now.environments, envIds, atMs, signal);
    const before = hasLimits ? await read(all) : now.environments;
    const looks = lookByRules(ruleSet, { atMs, environments: before, alerts: course.held });
    const environments = hasLimits ? before : await read(deniedWanted(looks, course.held));
    const input = { atMs, environments, alerts: course.held, actions };
    for (const environment of environments) course.denied.set(environment.envId, toldDenied(environment));
    const { alerts, transitions } = judge(ruleSet, input, looks);
    this.#take(course, { type: 'now', ruleSet, input, transitions }, [...course.held, ...alerts]);
    course.held = alerts;
    course.past = remembered(course.past, alerts, atMs);
  }

  /** Of moments that are proven by now: whether what was found of them still is. */
  async #settle(course: Course): Promise<void> {
    const { ruleSet, now, atMs, signal, state } = course;
    const provenUntil = new Map(now.environments.map(({ envId, reading }) => [envId, reading.provenUntilMs]));
    const isProven = ({ alert, told }: HeldAlert, momentMs: number) =>
      told?.unsettled?.atMs === momentMs && (provenUntil.get(alert.subject.envId) ?? 0) >= momentMs;
    for (const lookedAtMs of unsettledMoments(course.held)) {
      const due = course.held.filter((held) => isProven(held, lookedAtMs));
      if (due.length === 0) continue;
      const at = { atMs: lookedAtMs, nowMs: this.#parts.clock.now(), isPast: true, withHistory: true };
      const { environments } = await this.#parts.store.surroundings(at, pastOnly(state, due), signal);
      const history = await this.#parts.store.history(lookedAtMs - hourMs, signal);
      // The hour before the moment is what is counted of it.
      const known = history.filter(({ fromMs, toMs }) => fromMs < lookedAtMs && toMs > lookedAtMs - hourMs);
      const input = { lookedAtMs, atMs, environments, alerts: due, ofHistory: known.map(({ envId }) => envId).sort() };
      const { alerts, transitions } = judgeSettled(ruleSet, input);
      this.#take(course, { type: 'settled', ruleSet, input, transitions }, due);
      const settled = new Map(alerts.map((held) => [placeOfHeld(held), held]));
      course.held = course.held.map((held) => settled.get(placeOfHeld(held)) ?? held);
    }
  }

  /** Looks at past moments as far as there is time; returns those that are left. */
  async #judgePast(course: Course, due: readonly number[]): Promise<number[]> {
    const { clock, store } = this.#parts;
    const startedAtMs = clock.now();
    const left = [...due];
    const history = left.length === 0 ? [] : await store.history(course.atMs - dayMs, course.signal);
    while (left.length > 0) {
      await this.#judgeMoment(course, left.shift() as number, history);
      if (clock.now() - startedAtMs > pastBudgetMs) break;
    }
    return left;
  }

  async #judgeMoment(course: Course, momentMs: number, history: readonly HistoryRange[]): Promise<void> {
    const { ruleSet, signal, state } = course;
    const { store, clock } = this.#parts;
    const at = { atMs: momentMs, nowMs: clock.now(), isPast: true };
    const { environments: given } = await store.surroundings(at, { ...state, past: course.past }, signal);
    // A moment is due for all environments, whichever had rows that came late or was not looked at.
    const known = given.filter(({ envId }) => !isHistory(history, envId, momentMs - bucketMs));
    const looks = lookByRules(ruleSet, { atMs: momentMs, environments: known, alerts: [] });
    if (looks.every(({ findings }) => findings.length === 0)) return;
    const environments = await store.withDenied(known, deniedWanted(looks, []), momentMs, signal);
    const isOfThen = ({ fromMs, toMs }: PastAlert) =>
      fromMs - coveredBeforeMs <= momentMs && momentMs <= toMs + coveredAfterMs;
    const covered = [
      ...new Set([...course.past.filter(isOfThen).map(placeOf), ...course.held.map(placeOfHeld)]),
    ].sort();
    const places = new Set(
      looks.flatMap((look) => look.findings.map((finding) => placeOf({ rule: look.rule.name, ...finding }))),
    );
    const held = course.held.filter((one) => places.has(placeOfHeld(one)));
    const input = { atMs: momentMs, environments, covered, alerts: held };
    const { alerts, transitions } = judgePast(ruleSet, input);
    this.#take(course, { type: 'past', ruleSet, input, transitions }, alerts);
    const all = [...course.held, ...alerts].map((one) => [placeOfHeld(one), one] as const);
    course.held = [...new Map(all).values()];
    course.past = remembered(course.past, alerts, course.atMs);
  }

  /** Keeps what was judged, and what it rests on where anything came of it. */
  #take({ steps, looks, atMs }: Course, look: JudgedLook, concerned: readonly HeldAlert[]): void {
    if (look.transitions.length === 0) return;
    const lookId = randomUUID();
    steps.push(...look.transitions.map((judged) => ({ judged, lookId })));
    const input = JSON.stringify(concise(look, concerned));
    looks.push({ lookId, atMs, decidedAtMs: this.#parts.clock.now(), input });
  }
}

/** Denials as reasons are told by them: where one tool stands for others, by none. */
function toldDenied({ denied = [], deniedDetail = 'minutes' }: EnvironmentInput): readonly DeniedCell[] {
  const isByTool = deniedDetail === 'minutes' || deniedDetail === 'recent_minutes';
  return isByTool ? denied : denied.map((cell) => ({ ...cell, tool: '' }));
}

/** A past moment is looked at as if the alerts that it is about had not been there. */
function pastOnly(state: AlerterState, due: readonly HeldAlert[]): AlerterState {
  const own = new Set(due.map(({ alert }) => alert.id));
  return { ...state, past: state.past.filter(({ alertId }) => !own.has(alertId)) };
}

function isHistory(history: readonly HistoryRange[], envId: string, atMs: number): boolean {
  return history.some((one) => one.envId === envId && one.fromMs <= atMs && atMs < one.toMs);
}

/** Ends of buckets, in order: that rows came late for, and that nobody looked at. Of the last day only. */
export function momentsDue(
  state: AlerterState,
  buckets: readonly { readonly startMs: number }[],
  lastTickMs: number | null,
  atMs: number,
): number[] {
  const late = buckets.map(({ startMs }) => startMs + bucketMs);
  const missed: number[] = [];
  const since = Math.max(lastTickMs ?? atMs, atMs - dayMs);
  for (let at = Math.ceil((since + 1) / bucketMs) * bucketMs; at < atMs; at += bucketMs) missed.push(at);
  const all = new Set([...state.moments, ...late, ...missed]);
  return [...all].filter((at) => at > atMs - dayMs && at < atMs).sort((a, b) => a - b);
}
