import type { Answer, Delivery } from '../api/answer.ts';
import { Rng } from '../rng.ts';
import { insteadOf } from './replaced-answer.ts';
import { type Asked, Rule } from './rule.ts';
import type { FaultPlan, RequestFaultName, RuleSettings, ThrottleSettings, WaitSettings } from './settings.ts';
import { requestFaultNames } from './settings.ts';

type AnyRule = Rule<RuleSettings & Partial<ThrottleSettings> & Partial<WaitSettings>>;

interface Switched {
  readonly name: RequestFaultName;
  readonly settings: readonly RuleSettings[];
  readonly rules: readonly AnyRule[];
}

/** What a request meets: at most one fault of its answer, and waiting beside it. */
export interface Struck {
  readonly name: RequestFaultName | undefined;
  readonly rule: AnyRule | undefined;
  readonly delayMs: number;
  readonly trickleMs: number;
}

const nothing: Struck = { name: undefined, rule: undefined, delayMs: 0, trickleMs: 0 };
const endings: Partial<Record<RequestFaultName, Delivery['ending']>> = {
  reset: 'no-answer',
  'reset-midway': 'reset',
  'truncated-length': 'short',
  'truncated-chunk': 'unfinished',
};

/** The faults of answers and connections. */
export class RequestFaults {
  readonly #seed: number;
  #switched: readonly Switched[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Rules begin anew where their settings are others than before, and with them their draws and their time. */
  set(plan: FaultPlan, nowMs: number): void {
    this.#switched = requestFaultNames.flatMap((name) => {
      const settings = plan[name];
      if (settings === undefined) return [];
      const known = this.#switched.find((one) => one.settings === settings);
      const rngOf = (index: number) => Rng.of(this.#seed, 'fault', name, index);
      return [known ?? { name, settings, rules: settings.map((one, index) => new Rule(one, rngOf(index), nowMs)) }];
    });
  }

  strike(asked: Asked): Struck {
    let struck = nothing;
    for (const { name, rules } of this.#switched) {
      const rule = rules.find((one) => one.strikes(asked));
      if (!rule) continue;
      const waitMs = (rule.settings.seconds ?? 0) * 1000;
      if (name === 'slow') struck = { ...struck, delayMs: waitMs };
      else if (name === 'trickle') struck = { ...struck, trickleMs: waitMs };
      else if (struck.name === undefined) struck = { ...struck, name, rule };
    }
    return struck;
  }
}

/** The answer as it travels after what has struck it; `isChanged` where it is not what the route said. */
export function deliveryOf(
  { delayMs, name, rule, trickleMs }: Struck,
  answer: () => Answer,
  nowMs: number,
): { delivery: Delivery; isChanged: boolean } {
  const ending = (name && endings[name]) ?? 'whole';
  const replaced = name && rule ? insteadOf(name, rule, answer, nowMs) : undefined;
  const sentShare = ending === 'whole' || !rule ? 1 : 0.05 + 0.9 * rule.draw();
  const delivery = { ...(replaced ?? answer()), delayMs, trickleMs, ending, sentShare };
  return { delivery, isChanged: replaced !== undefined || ending !== 'whole' };
}
