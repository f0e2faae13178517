import type { SeededRandom } from '../../kit/seeded-random.ts';
import { appendSurely } from '../kit/append-surely.ts';
import { hasDetail, type MadeDecision } from '../kit/decisions.ts';
import {
  brokenRecord,
  decisionRecord,
  earlyGrants,
  lateGrants,
  type MadeRecord,
  mendedRecord,
  noiseRecord,
} from '../kit/records.ts';
import type { Stage } from '../kit/stage.ts';
import type { Source, SourceHour } from './source-hour.ts';
import { type Repair, windowsRecord } from './windows.ts';

const decisionsTopic = 'custody.decisions.v1';
const grantsTopic = 'custody.grants.v1';
const windowsTopic = 'custody.windows.v1';
const repairsTopic = 'custody.repairs.v1';
const deadTopic = 'custody.decisions.dead.v1';
/** Of what is appended. */
const repeatedShare = 0.15;

/** Puts into the log what pollers do, in their order: decisions, and then the windows that say that they were listed. */
export class Poller {
  /** Decisions that may be in the log, by environment. */
  readonly served = new Map<string, number>();
  duplicates = 0;
  /** Hours that were read again because somebody asked for it. */
  readonly repaired: string[] = [];
  readonly #stage: Stage;
  readonly #random: SeededRandom;
  readonly #answered = new Map<string, string>();
  #updatedAtMs = Date.now() - 3_600_000;

  constructor(stage: Stage, random: SeededRandom) {
    this.#stage = stage;
    this.#random = random;
  }

  async begin(source: Source): Promise<void> {
    await this.#append(grantsTopic, earlyGrants(source.decisions.world));
  }

  /** Tells what is learned late of so many agents of each kind. */
  async tellLate(source: Source, agents: number): Promise<void> {
    source.lateKnown = agents;
    const recordsPerAgent = 2;
    const records = lateGrants(source.decisions.world).slice(0, recordsPerAgent * agents);
    for (const record of records) await this.#append(grantsTopic, [record]);
  }

  /** Serves decisions, some of them several times, with what else was read of them, in whatever order. */
  async serve(source: Source, decisions: readonly MadeDecision[]): Promise<void> {
    for (const made of decisions) source.hourOf(made).served.set(made.n, made);
    this.served.set(source.envId, source.served.length);
    await this.#append(decisionsTopic, this.#random.shuffled(this.#entries(decisions)));
  }

  /** Serves decisions of hours that are kept as sums only. */
  async serveTooLate(source: Source, decisions: readonly MadeDecision[]): Promise<void> {
    for (const made of decisions) source.hourOf(made).tooLate.set(made.n, made);
    await this.#append(decisionsTopic, this.#entries(decisions));
  }

  /** Serves what was served before once more. */
  async replay(decisions: readonly MadeDecision[]): Promise<void> {
    this.duplicates += decisions.length;
    await this.#append(
      decisionsTopic,
      decisions.map((made) => decisionRecord(made, 'again')),
    );
  }

  /** Serves entries that are not understood: of decisions, and of nothing. */
  async serveBroken(source: Source, broken: readonly MadeDecision[], noise: readonly MadeDecision[]): Promise<void> {
    for (const made of broken) source.hourOf(made).broken.set(made.n, made);
    for (const like of noise) source.hourOf(like).garbage.add(like.n);
    const records = [...broken.map(brokenRecord), ...noise.map((like) => noiseRecord(like.n, like))];
    await this.#append(decisionsTopic, records);
  }

  /** Has every broken entry of a decision replayed, as after a release that understands it. */
  async mend(source: Source): Promise<void> {
    const origins = await this.#origins();
    const records = source.hours.flatMap(({ broken, served }) =>
      [...broken.values()].flatMap((made) => {
        broken.delete(made.n);
        served.set(made.n, made);
        const origin = origins.get(brokenRecord(made).value?.toString() ?? '');
        if (origin === undefined) throw new Error(`the broken entry of decision ${made.n} is no dead letter`);
        const detail = hasDetail(made.n) ? [decisionRecord(made, 'detailed')] : [];
        return [mendedRecord(made, origin), ...detail];
      }),
    );
    this.served.set(source.envId, source.served.length);
    await this.#append(decisionsTopic, records);
  }

  /** Records the windows of hours as they are at the source now. */
  async list(hours: readonly SourceHour[]): Promise<void> {
    await this.#append(
      windowsTopic,
      hours.map((hour) => this.#windows(hour)),
    );
  }

  /** Reads hours again that somebody asked for since. */
  async answerRepairs(sources: readonly Source[]): Promise<void> {
    const { records } = await this.#stage.log.latest(repairsTopic);
    for (const [key, { value }] of records) {
      const repair: Repair = JSON.parse(Buffer.from(value ?? []).toString());
      const source = sources.find(({ envId }) => key.startsWith(`${envId}/`));
      const hour = source?.hours.find((one) => one.key === key);
      if (source === undefined || hour === undefined || this.#answered.get(key) === repair.requested_at) continue;
      this.#answered.set(key, repair.requested_at);
      this.repaired.push(key);
      const noise = [...hour.garbage].map((n) => noiseRecord(n, source.decisions.at(n)));
      const entries = this.#entries([...hour.served.values()]);
      await this.#append(decisionsTopic, [...entries, ...[...hour.broken.values()].map(brokenRecord), ...noise]);
      await this.#append(windowsTopic, [this.#windows(hour, repair)]);
    }
  }

  #windows(hour: SourceHour, repair?: Repair): MadeRecord {
    hour.isListed = true;
    this.#updatedAtMs += 1;
    return windowsRecord(hour, this.#updatedAtMs, repair);
  }

  #entries(decisions: readonly MadeDecision[]): MadeRecord[] {
    return decisions.flatMap((made) => {
      const records = [decisionRecord(made, 'listed')];
      if (hasDetail(made.n)) records.push(decisionRecord(made, 'detailed'));
      if (this.#random.next() < repeatedShare) {
        this.duplicates += 1;
        records.push(decisionRecord(made, this.#random.next() < 0.5 ? 'again' : 'listed'));
      }
      return records;
    });
  }

  /** The names of dead letters, by their bytes. */
  async #origins(): Promise<Map<string, string>> {
    const origins = new Map<string, string>();
    const follower = this.#stage.log.follow({
      topic: deadTopic,
      onRecords: (records) => {
        for (const { value, headers } of records) {
          const text = value === null ? '' : [...value].toString();
          if (!origins.has(text)) origins.set(text, headers['custody-origin'] ?? '');
        }
      },
    });
    await follower.caughtUp;
    await follower.stop();
    return origins;
  }

  async #append(topic: string, records: readonly MadeRecord[]): Promise<void> {
    for (let at = 0; at < records.length; at += 500) {
      await appendSurely(this.#stage.log, topic, records.slice(at, at + 500));
    }
  }
}
