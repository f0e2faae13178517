import type { AlertEvent } from '../alert/alert.ts';
import { byName } from '../finding.ts';
import { type HeldAlert, idOf } from './held-alert.ts';
import type { JudgedTransition } from './judged-transition.ts';
import { type RuleNamed, type Step, take } from './told-transition.ts';

/** The alerts while one moment is judged, by id, and what was told of them. */
export class Judgement {
  readonly held = new Map<string, HeldAlert>();
  readonly events = new Map<string, AlertEvent>();
  readonly transitions: JudgedTransition[] = [];
  readonly #ruleNamed: RuleNamed;

  constructor(ruleNamed: RuleNamed) {
    this.#ruleNamed = ruleNamed;
  }

  all(): HeldAlert[] {
    return [...this.held.values()].sort(byName(idOf));
  }

  put(held: HeldAlert): void {
    this.held.set(idOf(held), held);
  }

  /** Those that are told with it. */
  membersOf(lead: HeldAlert): HeldAlert[] {
    const id = idOf(lead);
    return this.all().filter((held) => held.leadId === id && held.alert.status === 'open');
  }

  take(held: HeldAlert, step: Step): HeldAlert {
    const taken = take({ held, members: this.membersOf(held) }, step, this.#ruleNamed);
    this.put(taken.held);
    this.transitions.push(taken.transition);
    return taken.held;
  }
}
