import { formatTimestamp, type HourWindows, hourMs, hourOf, minuteMs } from '@custody/decision';
import { systemClock } from '@custody/runtime';
import {
  claimSource,
  DecisionBlock,
  type DecisionRow,
  recordLateness,
  type StoreClient,
  writeDecisions,
  writeWindows,
} from '@custody/store';
import { attributedRow, historyOf } from './attributed.ts';
import { benchDecision, entryBytes } from './data.ts';
import { envName, yearEndMs, yearStartMs } from './world.ts';

/** What the clock shows when the load begins: twenty minutes into the first hour after the year. */
export const presentMs = yearEndMs + 20 * minuteMs;

/** How decisions come in meanwhile: as many as this at each poll. */
export const landing = { decisions: 10, everyMs: 5_000 } as const;

/** Beyond the rows of the year and its late ones. */
const firstLanded = 1_000;

export interface PresentParts {
  readonly client: StoreClient;
  readonly envId: string;
  readonly rows: number;
  readonly seed: number;
}

function windowsOf(envId: string, startMs: number): HourWindows {
  const [from, to] = [formatTimestamp(startMs), formatTimestamp(startMs + hourMs)];
  const window = { from, to, state: 'closed', proof: 'count', listed: 1, counted: 1, deleted_at_source: 0 } as const;
  const read_at = formatTimestamp(startMs + 2 * hourMs);
  return {
    ...{ env_id: envId, env_name: envName, hour: from, updated_at: read_at },
    windows: [{ ...window, read_at, reason: '' }],
  };
}

/** The windows of the year as a poller leaves them: every hour is proven. */
async function writeHistory({ client, envId }: PresentParts): Promise<void> {
  const hours = Array.from({ length: (yearEndMs - yearStartMs) / hourMs }, (_, n) => yearStartMs + n * hourMs);
  await writeWindows(
    client,
    hours.map((startMs) => windowsOf(envId, startMs)),
  );
}

/** Decisions that land after a sealed year: other ones in each batch, none of which the year has. */
export class Landings {
  readonly #parts: PresentParts;
  readonly #history: ReturnType<typeof historyOf>;
  #landed = 0;

  constructor(parts: PresentParts) {
    this.#parts = parts;
    this.#history = historyOf(parts.envId, parts.seed, 1);
  }

  /** So many that occurred just before `atMs`; resolves with the id of the newest. */
  async land(count: number, atMs: number): Promise<string> {
    const { client, envId, rows, seed } = this.#parts;
    const first = rows + firstLanded + this.#landed;
    const decisions = Array.from({ length: count }, (_, n): DecisionRow => {
      const made = { ...benchDecision(first + n, seed, rows), occurredAtMs: atMs - count + n };
      return attributedRow(entryBytes(made, seed), envId, this.#history);
    });
    this.#landed += count;
    await writeDecisions(client, DecisionBlock.of(decisions), { keepEntries: true });
    return decisions.at(-1)?.decision.decision.id ?? '';
  }

  /**
   * Gives the year the first minutes after it, whose hour is open: as many decisions as the year has in such a time, and what
   * a poller and a pipeline say of the store.
   */
  async begin(): Promise<void> {
    const { client, rows } = this.#parts;
    await claimSource(client, 'permit');
    await recordLateness(client, 900);
    await writeHistory(this.#parts);
    const perMs = rows / (yearEndMs - yearStartMs);
    await this.land(Math.max(1, Math.round(perMs * (presentMs - hourOf(presentMs)))), presentMs);
  }

  /** Has decisions land, as often as a poller looks, until the signal aborts. */
  async goOn(nowMs: () => number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.land(landing.decisions, nowMs() - 1_000);
      await systemClock.sleep(landing.everyMs, signal);
    }
  }

  /** Has so many land in each second, a quarter of them at once, until the signal aborts; resolves with how many did. */
  async atRate(perSecond: number, nowMs: () => number, signal: AbortSignal): Promise<number> {
    const beganAt = performance.now();
    let landed = 0;
    while (!signal.aborted) {
      await this.land(Math.ceil(perSecond / 4), nowMs());
      landed += Math.ceil(perSecond / 4);
      const aheadMs = beganAt + (landed / perSecond) * 1_000 - performance.now();
      if (aheadMs > 0) await systemClock.sleep(aheadMs, signal);
    }
    return landed;
  }
}
