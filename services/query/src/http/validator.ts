import { createHash } from 'node:crypto';
import { type Comparison, isWithinEnvironments, readSealedVersion } from '@custody/store';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import type { AnswerMeta } from '../answer/answer-meta.ts';
import type { Answers } from '../answer/answers.ts';
import type { Asked, RouteParts } from '../routes/route.ts';
import { addVary } from './vary.ts';

/** The response without a body to who has the answer already. */
export const notModified = z.null().describe('What If-None-Match names is still the answer');

/** A question beyond its selection. */
export interface ValidatedQuestion {
  /** All that the answer depends on besides the selection. */
  readonly about: object;
  readonly comparison?: Comparison | undefined;
  /** Whether the answer cannot do without the rows of the range. */
  readonly needsRows?: boolean;
}

/** What of `meta` the answer to the same question may have otherwise next time. */
function lastingMeta({ proven_until, ...meta }: Omit<AnswerMeta, 'elapsed_ms'>) {
  const until = proven_until !== null && proven_until < meta.to ? proven_until : null;
  return { ...meta, provenUntilWithin: until };
}

/** A name for an answer that lasts. */
export interface Validator {
  /** Of an entity tag, weak: `meta.elapsed_ms` differs. */
  readonly tag: string;
  /** It names what is planned by the seal book of this version, or read after that. */
  readonly bookVersion: number;
}

async function validatorOf(
  parts: RouteParts,
  asked: Asked,
  question: ValidatedQuestion,
  answers: Answers,
): Promise<Validator | null> {
  const { selection, range, timeZone, about, store } = asked;
  // What is still going on cannot be sealed; spares a look.
  if (range.toMs > parts.clock.now()) return null;
  // A seal is of all that an environment has: that it changed tells of what a part of it does not show.
  if (isWithinEnvironments(selection.scope)) return null;
  const ranges = [range, ...(question.comparison ? [question.comparison.range] : [])];
  const sealed = await readSealedVersion(store, { selection, ranges }, asked.options);
  if (sealed === null || (question.needsRows && sealed.hasExpired)) return null;
  const metas = await Promise.all(ranges.map((one) => answers.meta({ ...about, range: one })));
  const all = [
    parts.release(),
    sealed.version,
    selection,
    range,
    timeZone,
    question.about,
    ranges,
    metas.map(lastingMeta),
  ];
  const digest = createHash('sha256').update(JSON.stringify(all)).digest('base64url');
  return { tag: `W/"${digest}"`, bookVersion: sealed.bookVersion };
}

/** Kept by its own client alone, and asked for each time: an hour may be opened again at any moment. */
export function addValidator(reply: FastifyReply, { tag }: Validator): void {
  addVary(reply, 'Authorization');
  reply.headers({ etag: tag, 'cache-control': 'private, no-cache' });
}

/** Whether a condition names it; weak or strong, since what stands between may weaken a tag. */
export function names(header: string | undefined, validator: string): boolean {
  const given = header?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return given.includes('*') || given.includes(validator.replace(/^W\//, ''));
}

/**
 * Gives the answer a validator where every hour of it is sealed; tells whether the client has this very answer already, so
 * that nothing needs to be read. Must come before what is read. Where the client names none, the answer is read beside it, and
 * has it only where both go by the same seals.
 */
export async function isUnchanged(
  parts: RouteParts,
  asked: Asked,
  question: ValidatedQuestion,
  [request, reply]: readonly [FastifyRequest, FastifyReply],
): Promise<boolean> {
  const validating = validatorOf(parts, asked, question, callerOf(reply).answers);
  const given = request.headers['if-none-match'];
  if (given === undefined) {
    asked.validateBy(validating);
    return false;
  }
  const validator = await validating;
  if (validator === null) return false;
  addValidator(reply, validator);
  return names(given, validator.tag);
}
