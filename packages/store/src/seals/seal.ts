import { createHash } from 'node:crypto';
import { formatTimestamp } from '@custody/decision';

export const sealStates = ['complete', 'empty', 'incomplete'] as const;
export type SealState = (typeof sealStates)[number];

/** What a seal says of an hour. */
export interface SealStatement {
  readonly state: SealState;
  /** Decisions in the store. */
  readonly stored: number;
  /** Decisions that the source listed. */
  readonly listed: number;
  readonly deadLetters: number;
  /** Listed, and neither stored nor dead letters. */
  readonly missing: number;
  /** What the source no longer lists. */
  readonly deletedAtSource: number;
  readonly unreadableSeconds: number;
  /** The ids that the source listed, XORed; `''` where not known. */
  readonly listedIdsXor: string;
  /** Why it is incomplete, as the migration `sealing` lists them. */
  readonly reasons: readonly string[];
  /** Digest of the stored rows, in whatever order. */
  readonly content: string;
}

/** A statement in the chain of its hour. */
export interface SealLink {
  readonly revision: number;
  /** 64 hexadecimal digits. */
  readonly digest: string;
  /** Of the revision before; `''` of the first. */
  readonly previousDigest: string;
}

export interface SealedHour extends SealStatement, SealLink {}

/**
 * What a digest is made of beside the one before: a JSON array without white space, its members in this order. Who sealed
 * and when is not in it, so that two who say the same of an hour write the same.
 */
export function canonicalSeal(envId: string, hourStartMs: number, revision: number, said: SealStatement): string {
  return JSON.stringify([
    'custody.seal.v1',
    envId,
    formatTimestamp(hourStartMs),
    revision,
    said.state,
    said.stored,
    said.listed,
    said.deadLetters,
    said.missing,
    said.deletedAtSource,
    said.unreadableSeconds,
    said.listedIdsXor,
    said.reasons,
    said.content,
  ]);
}

/** SHA-256 over the digest before, a line feed and the canonical text; hexadecimal. */
export function sealDigest(previousDigest: string, canonical: string): string {
  return createHash('sha256').update(`${previousDigest}\n${canonical}`).digest('hex');
}

/** The next link of an hour's chain: the same one where the newest seal says just that. */
export function linkSeal(envId: string, hourStartMs: number, said: SealStatement, newest: SealedHour | null): SealLink {
  const canonical = (revision: number, statement = said) => canonicalSeal(envId, hourStartMs, revision, statement);
  if (newest !== null && canonical(newest.revision) === canonical(newest.revision, newest)) {
    const { revision, digest, previousDigest } = newest;
    return { revision, digest, previousDigest };
  }
  const revision = (newest?.revision ?? 0) + 1;
  const previousDigest = newest?.digest ?? '';
  return { revision, digest: sealDigest(previousDigest, canonical(revision)), previousDigest };
}
