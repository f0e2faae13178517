import type { AttributedDecision, Certainty } from '@custody/decision';
import type { ConsumerMetrics } from './metrics.ts';

/** What the decisions of a batch add to the metrics once they are stored. */
export class Tally {
  readonly #certainties = new Map<Certainty, number>();
  readonly #newestMs = new Map<string, number>();

  add({ envId, decision: { occurredAtMs }, attribution: { certainty } }: AttributedDecision): void {
    this.#certainties.set(certainty, (this.#certainties.get(certainty) ?? 0) + 1);
    if (occurredAtMs > (this.#newestMs.get(envId) ?? -1)) this.#newestMs.set(envId, occurredAtMs);
  }

  report(metrics: Pick<ConsumerMetrics, 'attributions' | 'stored'>): void {
    for (const [attribution, decisions] of this.#certainties) metrics.attributions.inc({ attribution }, decisions);
    this.reportFreshness(metrics);
  }

  reportFreshness(metrics: Pick<ConsumerMetrics, 'stored'>): void {
    for (const [envId, newestMs] of this.#newestMs) metrics.stored(envId, newestMs);
  }
}
