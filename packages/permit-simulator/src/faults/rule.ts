import type { EndpointName } from '../api/route.ts';
import type { Rng } from '../rng.ts';
import type { RuleSettings } from './settings.ts';

/** What a rule looks at. */
export interface Asked {
  readonly endpoint: EndpointName;
  readonly url: string;
  readonly nowMs: number;
}

/** Decides which requests a fault strikes. Its draws are its own: another rule does not change them. */
export class Rule<Settings extends RuleSettings> {
  readonly settings: Settings;
  readonly #rng: Rng;
  readonly #untilMs: number;
  #concerned = 0;

  constructor(settings: Settings, rng: Rng, sinceMs: number) {
    this.settings = settings;
    this.#rng = rng;
    this.#untilMs = sinceMs + (settings.forSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  strikes({ endpoint, nowMs, url }: Asked): boolean {
    const { endpoints, every, fromPage, share } = this.settings;
    if (nowMs >= this.#untilMs || (endpoints && !endpoints.includes(endpoint))) return false;
    if (fromPage > 1 && pageOf(url) < fromPage) return false;
    this.#concerned += 1;
    if (every !== undefined && this.#concerned % every !== 0) return false;
    return share === 1 || this.#rng.chance(share);
  }

  /** Uniform in [0, 1). */
  draw(): number {
    return this.#rng.next();
  }
}

function pageOf(url: string): number {
  return Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 1);
}
