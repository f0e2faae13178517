import type { Stage } from '../kit/stage.ts';
import type { WrittenSeal } from './oracle.ts';

/** The public views as lines of text, in the form of the oracle's. */
export class Views {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async decisions(): Promise<string[]> {
    return this.#lines(`SELECT [toString(decision_id), toString(toUnixTimestamp64Milli(occurred_at)), env_id, agent_key, human_key,
      arrayStringConcat(human_candidates, '+'), attribution, trust_level, server, tool, toString(decision), reason_code, reason]
      AS line FROM custody.decisions`);
  }

  async hourly(): Promise<string[]> {
    return this.#lines(`SELECT [toString(toUnixTimestamp(hour) * 1000), env_id, agent_key, human_key, server, tool,
      toString(decision), reason_code, toString(decisions), toString(denials)] AS line FROM custody.decisions_hourly`);
  }

  async daily(): Promise<string[]> {
    return this.#lines(`SELECT [toString(toUnixTimestamp(toDateTime(day, 'UTC')) * 1000), env_id, agent_key, human_key, server,
      tool, toString(decision), reason_code, toString(decisions), toString(denials)] AS line FROM custody.decisions_daily`);
  }

  async seals(): Promise<string[]> {
    return this.#lines(`SELECT [concat(env_id, '/', formatDateTime(hour, '%FT%T.000Z', 'UTC')), state, toString(decisions),
      toString(listed), toString(dead_letters), toString(missing), toString(deleted_at_source), toString(unreadable_seconds),
      arrayStringConcat(reasons, '+'), if(is_current, 'current', 'outdated'), if(raw_expired, 'expired', 'kept')]
      AS line FROM custody.seals`);
  }

  /** Hours whose seal does not hold. */
  async openHours(): Promise<string[]> {
    return this.#lines(`SELECT [concat(env_id, '/', formatDateTime(hour, '%FT%T.000Z', 'UTC'))] AS line
      FROM custody_internal.open_hours`);
  }

  /** Days that hold no sums of their own, `env/YYYY-MM-DD`. */
  async openDays(): Promise<string[]> {
    return this.#lines(`SELECT [concat(env_id, '/', toString(toDate(starts_at)))] AS line
      FROM custody_internal.open_spans WHERE span = 'day'`);
  }

  /** By hour, how many rows were attributed anew. */
  async corrections(): Promise<string[]> {
    return this.#lines(`SELECT [concat(env_id, '/', formatDateTime(hour, '%FT%T.000Z', 'UTC')), toString(sum(changed))] AS line
      FROM custody.attribution_corrections WHERE changed > 0 GROUP BY env_id, hour`);
  }

  async coverage(): Promise<{ env_id: string; open: number; blind: number; unreadable: number }[]> {
    return this.#stage.instance.rows(`SELECT env_id, toFloat64(open_seconds) AS open, toFloat64(blind_seconds) AS blind,
      toFloat64(unreadable_seconds) AS unreadable FROM custody.coverage`);
  }

  /** Every seal of an hour that was ever written. */
  async writtenSeals(): Promise<WrittenSeal[]> {
    return this.#stage.instance.rows(`SELECT env_id, toFloat64(toUnixTimestamp(starts_at)) * 1000 AS hour_ms, revision,
      toString(state) AS state, [toFloat64(stored), toFloat64(listed), toFloat64(dead_letters), toFloat64(missing),
      toFloat64(deleted_at_source), toFloat64(unreadable_seconds)] AS counts, listed_ids_xor, reasons, content, digest,
      previous_digest FROM custody_internal.seals WHERE span = 'hour'`);
  }

  /** By hour, the digest and the revision of the seal that counts. */
  async newestSeals(): Promise<{ hour: string; digest: string; revision: number }[]> {
    return this.#stage.instance.rows(`SELECT concat(env_id, '/', formatDateTime(hour, '%FT%T.000Z', 'UTC')) AS hour, digest,
      revision FROM custody.seals`);
  }

  /** Builds of hours that nothing names: an attempt that is under way, or that ended before it counted. */
  async idleBuilds(): Promise<number> {
    const [row] = await this.#stage.instance.rows<{ builds: number }>(`SELECT toUInt32(uniqExact(build)) AS builds
      FROM custody_internal.rollup_calls WHERE level = 'hour' AND build NOT IN (SELECT build FROM custody_internal.seals)
        AND build NOT IN (SELECT build FROM custody_internal.interim_sums)`);
    return row?.builds ?? 0;
  }

  async #lines(sql: string): Promise<string[]> {
    const rows = await this.#stage.instance.rows<{ line: string[] }>(sql);
    return rows.map(({ line }) => line.join(' | '));
  }
}
