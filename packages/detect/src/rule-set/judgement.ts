import type { AlertEvent } from '../alert/alert.ts';
import { byName } from '../finding.ts';
import { type HeldAlert, idOf } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import { type RuleNamed, type Step, take } from './told-transition.ts';

/** The alerts while one moment is judged, by id, and what was told of them. There may be thousands: nothing goes through all for one. */
export class Judgement {
  readonly #held = new Map<string, HeldAlert>();
  /** Ids of those that are told with another, by the id of that. */
  readonly #led = new Map<string, Set<string>>();
  readonly events = new Map<string, AlertEvent>();
  readonly transitions: JudgedTransition[] = [];
  readonly #ruleNamed: RuleNamed;

  constructor(ruleNamed: RuleNamed) {
    this.#ruleNamed = ruleNamed;
  }

  get(id: string): HeldAlert | undefined {
    return this.#held.get(id);
  }

  /** By their ids. */
  all(): HeldAlert[] {
    return [...this.#held].sort(byName(([id]) => id)).map(([, held]) => held);
  }

  put(held: HeldAlert): void {
    const id = idOf(held);
    this.#leave(id);
    this.#held.set(id, held);
    if (held.leadId === null) return;
    const led = this.#led.get(held.leadId) ?? new Set();
    this.#led.set(held.leadId, led.add(id));
  }

  drop(held: HeldAlert): void {
    const id = idOf(held);
    this.#leave(id);
    this.#held.delete(id);
  }

  /** Those that are told with it. */
  membersOf(lead: HeldAlert): HeldAlert[] {
    const ids = [...(this.#led.get(idOf(lead)) ?? [])].sort();
    return ids.flatMap((id) => this.#held.get(id) ?? []).filter(({ alert }) => alert.status === 'open');
  }

  #leave(id: string): void {
    const leadId = this.#held.get(id)?.leadId ?? null;
    if (leadId !== null) this.#led.get(leadId)?.delete(id);
  }

  take(held: HeldAlert, step: Step): HeldAlert {
    const taken = take({ held, members: this.membersOf(held) }, step, this.#ruleNamed);
    this.put(taken.held);
    this.transitions.push(taken.transition);
    return taken.held;
  }
}
