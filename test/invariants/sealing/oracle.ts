import { createHash } from 'node:crypto';
import type { MadeDecision, Truth } from '../kit/decisions.ts';
import { hasDetail } from '../kit/decisions.ts';
import type { Source, SourceHour } from './source-hour.ts';

/**
 * What every view has to say, by the driver's own list of what the source served. It imports nothing of what it judges.
 * Rows are lines of text, so that what differs can be read.
 */

/** A decision with whose it is, once everything of it is stored. */
export interface KnownDecision extends MadeDecision, Truth {
  readonly reason: string;
  readonly reasonCode: string;
}

export function known({ decisions, lateKnown }: Source, made: MadeDecision): KnownDecision {
  const reason = `decision ${made.n}, as detailed or listed: ${hasDetail(made.n) ? 'detailed' : 'listed'}`;
  const reasonCode = made.decision === 'deny' ? 'other' : '';
  return { ...made, ...decisions.truthOf(made, made.agent < lateKnown), reason, reasonCode };
}

/** What counts: every decision served. */
export function counted(sources: readonly Source[]): KnownDecision[] {
  return sources.flatMap((source) => source.served.map((made) => known(source, made)));
}

/** `custody.decisions`: what counts, but of hours that are kept as sums only what came too late. */
export function decisionLines(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.hours
      .flatMap(({ isExpired, served, tooLate }) => [...(isExpired ? tooLate : served).values()])
      .map((made) => decisionLine(source.envId, known(source, made))),
  );
}

function decisionLine(envId: string, it: KnownDecision): string {
  const who = [it.agentKey, it.human, it.candidates.join('+'), it.attribution, it.trust];
  return [it.id, it.atMs, envId, ...who, it.server, it.tool, it.decision, it.reasonCode, it.reason].join(' | ');
}

/** `custody.decisions_hourly` and `decisions_daily`: one line a start and the other dimensions. */
export function sumLines(sources: readonly Source[], stretchMs: number): string[] {
  const sums = new Map<string, number>();
  for (const it of counted(sources)) {
    const startMs = Math.floor(it.atMs / stretchMs) * stretchMs;
    const { envId } = it.world;
    const line = [startMs, envId, it.agentKey, it.human, it.server, it.tool, it.decision, it.reasonCode].join(' | ');
    sums.set(line, (sums.get(line) ?? 0) + 1);
  }
  return [...sums].map(([line, count]) => `${line} | ${count} | ${line.includes(' | deny | ') ? count : 0}`);
}

/** What the seal of an hour has to say; `null`: it has none. */
export function sealOf(hour: SourceHour): { state: string; reasons: string[]; unreadableSeconds: number } | null {
  if (!hour.isListed || hour.shape === 'half open') return null;
  const reasons = [
    ...(hour.deadLetters > 0 ? ['dead_letters'] : []),
    ...(hour.shape === 'half unreadable' ? ['unreadable'] : []),
    ...(hour.shape === 'begins inside' ? ['history_begins'] : []),
  ];
  const state = reasons.length > 0 ? 'incomplete' : hour.served.size === 0 ? 'empty' : 'complete';
  return { state, reasons, unreadableSeconds: hour.shape === 'half unreadable' ? 1_800 : 0 };
}

/** `custody.seals`. */
export function sealLines(sources: readonly Source[]): string[] {
  return sources.flatMap(({ hours }) =>
    hours.flatMap((hour) => {
      const seal = sealOf(hour);
      if (seal === null) return [];
      const stored = hour.served.size;
      const counts = [stored, stored + hour.deadLetters, hour.deadLetters, 0, 0, seal.unreadableSeconds];
      return [
        [hour.key, seal.state, ...counts, seal.reasons.join('+'), 'current', hour.isExpired ? 'expired' : 'kept'],
      ].map((parts) => parts.join(' | '));
    }),
  );
}

/** Hours that hold decisions and have no seal, `env/start`: whatever is asked of them is read from rows. */
export function openHourKeys(sources: readonly Source[]): string[] {
  return sources.flatMap(({ hours }) =>
    hours.filter((hour) => hour.served.size > 0 && sealOf(hour) === null).map(({ key }) => key),
  );
}

export interface WrittenSeal {
  readonly env_id: string;
  readonly hour_ms: number;
  readonly revision: number;
  readonly state: string;
  readonly counts: readonly [number, number, number, number, number, number];
  readonly listed_ids_xor: string;
  readonly reasons: readonly string[];
  readonly content: string;
  readonly digest: string;
  readonly previous_digest: string;
}

/** What a chain of seals breaks of what is said of it: each digest is of the one before and of what its seal says. */
export function chainFaults(seals: readonly WrittenSeal[], newest: ReadonlyMap<string, string>): string[] {
  const faults = seals.flatMap((seal) => {
    const hour = new Date(seal.hour_ms).toISOString();
    const [stored, listed, dead, missing, deleted, unreadable] = seal.counts;
    const numbers = [stored, listed, dead, missing, deleted, unreadable];
    const head = ['custody.seal.v1', seal.env_id, hour, seal.revision, seal.state, ...numbers];
    const text = JSON.stringify([...head, seal.listed_ids_xor, seal.reasons, seal.content]);
    const digest = createHash('sha256').update(`${seal.previous_digest}\n${text}`).digest('hex');
    return digest === seal.digest
      ? []
      : [`the digest of ${seal.env_id}/${hour} revision ${seal.revision} is not of it`];
  });
  const byDigest = new Map(seals.map((seal) => [seal.digest, seal]));
  for (const [hour, digest] of newest) {
    let at = byDigest.get(digest);
    for (; at !== undefined && at.revision > 1; at = byDigest.get(at.previous_digest)) {
      if (byDigest.get(at.previous_digest)?.revision === at.revision - 1) continue;
      faults.push(`revision ${at.revision} of ${hour} follows no revision ${at.revision - 1}`);
    }
    if (at?.previous_digest !== '' || at.revision !== 1) faults.push(`the chain of ${hour} leads to no first seal`);
  }
  return faults;
}

/** By hour, how many stored decisions are attributed otherwise once what is learned late of so many agents is known. */
export function correctionLines({ hours, decisions }: Source, agents: number): string[] {
  const isChanged = (made: MadeDecision) =>
    made.agent < agents &&
    JSON.stringify(decisions.truthOf(made, false)) !== JSON.stringify(decisions.truthOf(made, true));
  return hours.flatMap(({ key, served }) => {
    const changed = [...served.values()].filter(isChanged).length;
    return changed === 0 ? [] : [`${key} | ${changed}`];
  });
}
