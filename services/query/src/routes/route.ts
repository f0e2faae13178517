import type { TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import {
  type Basis,
  byEnvironmentIds,
  type Comparison,
  type PlanningOptions,
  readPossibleCount,
  type Selection,
  type StoreClient,
} from '@custody/store';
import type { FastifyInstance, FastifyReply, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { type AnswerMeta, answerMeta } from '../answer/answer-meta.ts';
import type { AnsweredRange } from '../answer/answers.ts';
import type { CommonParameters } from '../filters/parameters.ts';
import { parseSteadyRange } from '../filters/parse-time.ts';
import { environmentMatcher, parseSelection } from '../filters/selection.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { addValidator, type Validator } from '../http/validator.ts';
import type { KeptAnswer, KeptAnswers } from '../kept/kept-answers.ts';
import { Sources } from './sources.ts';

export type App = FastifyInstance<
  RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes work with. The store is the caller's alone: `callerOf`, or what a question was read into. */
export interface RouteParts {
  readonly clock: Clock;
  /** Changes with what answers look like. */
  readonly release: () => string;
  readonly kept: KeptAnswers;
}

/** The responses of an operation: its answer, or a problem. */
export function responses<Data extends z.ZodType>(data: Data) {
  const problems = {
    ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument },
    ...{ 429: problemDocument, 503: problemDocument },
  };
  return { 200: z.object({ data, meta: answerMeta }), ...problems };
}

/** An answer that is kept for whoever asks the same next. */
export interface WholeAnswer {
  /** All that it depends on besides the selection, the range and the zone. */
  readonly about: unknown;
  readonly data: z.ZodType;
  readonly comparison?: Comparison | undefined;
  /** With `options` of the question throughout, which are told what the answer rests on. */
  read(): Promise<{ readonly data: unknown; readonly meta?: Partial<AnswerMeta> }>;
}

/** A question about decisions, read out of its parameters. */
export interface Asked {
  /** The caller's: what it reads is charged to the caller. */
  readonly store: StoreClient;
  /** Of what the caller may see. */
  readonly selection: Selection;
  readonly range: TimeRange;
  readonly timeZone: string;
  /** What `meta` is about. */
  readonly about: AnsweredRange;
  /** Of statements; those that are planned tell through them what they read. */
  readonly options: PlanningOptions;
  /**
   * Reads, with the answer's `meta`: in it what was read, the count of possible rows where a human is asked for, and what is proven of the
   * range of comparison where there is one.
   */
  answer<Found>(reading: Promise<Found>, comparison?: Comparison): Promise<{ found: Found; meta: AnswerMeta }>;
  /** Has the answer that is sent named by what this finds, where that goes by the same seals as the answer. */
  validateBy(validating: Promise<Validator | null>): void;
  /** The same, sent at once; not read where it was answered before and nothing was said since of what it rests on. */
  send(answer: WholeAnswer): Promise<FastifyReply>;
}

/** The version of the seal book that all of an answer was planned by; `null` where there is no such one. */
function commonVersion([first, ...others]: readonly Basis[]): number | null {
  return first !== undefined && others.every(({ version }) => version === first.version) ? first.version : null;
}

const json = 'application/json; charset=utf-8';

/** Reads the common parameters of a request, their range unless it is given. Throws `QUERY_*`. */
export async function readQuestion(
  { clock, kept }: RouteParts,
  parameters: CommonParameters,
  reply: FastifyReply,
  pinned?: TimeRange,
): Promise<Asked> {
  const startedAt = performance.now();
  const { store, answers, scope } = callerOf(reply);
  const timeZone = parseTimeZone(parameters.tz ?? 'UTC');
  const range = pinned ?? parseSteadyRange(parameters, clock.now(), timeZone);
  const isAsked = environmentMatcher(parameters.env);
  const sources = new Sources(scope);
  const bases: Basis[] = [];
  const statement = { ...answers.statement(clientSignal(reply)), sinceMs: startedAt };
  const options = { ...statement, onPlan: sources.add, onBasis: (basis: Basis) => bases.push(basis) };
  const asked = await parseSelection(parameters, { store, scope, range, options });
  const selection = await byEnvironmentIds(store, asked, options);
  const about = { range, startedAt, isAsked };
  const possible = async () => {
    // What may be one of theirs may be somebody else's too: not shown, and not counted.
    if (selection.candidates === null || scope.humans !== null) return {};
    return { possible: await readPossibleCount(store, selection, options) };
  };
  const compared = async (comparison: Comparison | undefined) => {
    if (comparison === undefined) return {};
    const { from, to, proven, blind_seconds } = await answers.meta({ ...about, range: comparison.range });
    return { compare: { from, to, proven, blind_seconds } };
  };
  const answer = async <Found>(reading: Promise<Found>, comparison?: Comparison) => {
    const all = Promise.all([reading, possible(), compared(comparison)]);
    const { found, meta } = await answers.answer(all, about);
    return { found: found[0], meta: { ...meta, ...sources.meta(), ...found[1], ...found[2] } };
  };
  let validating: Promise<Validator | null> = Promise.resolve(null);
  const validateBy = (found: Promise<Validator | null>) => {
    validating = found;
    // Awaited once the answer is there; until then it must not end the process.
    found.catch(() => undefined);
  };
  const send = async (whole: WholeAnswer) => {
    const read = async (): Promise<KeptAnswer> => {
      const [{ data, meta }, counted] = await Promise.all([whole.read(), possible()]);
      const found = JSON.stringify(whole.data.parse(data));
      // Of what expired the source's listings may tell a part, whose changes nobody notes.
      const told = sources.meta();
      const kept = { data: found, meta: { ...told, ...counted, ...meta }, bookVersion: commonVersion(bases) };
      return { ...kept, bases: told.expired ? [] : bases };
    };
    const key = JSON.stringify([whole.about, selection, range, timeZone, whole.comparison]);
    const reading = Promise.all([kept.answer({ key, store, statement, read }), compared(whole.comparison)]);
    const { found, meta: told } = await answers.answer(reading, about);
    const [{ data, meta, bookVersion }, comparison] = found;
    const validator = await validating;
    if (validator !== null && validator.bookVersion === bookVersion) addValidator(reply, validator);
    const text = `{"data":${data},"meta":${JSON.stringify({ ...told, ...meta, ...comparison })}}`;
    return reply.type(json).send(text);
  };
  return { store, selection, range, timeZone, about, options, answer, validateBy, send };
}
