import type { TimeRange } from '@custody/decision';
import type { Clock } from '@custody/runtime';
import { ask, possibleCount, type Selection, type StatementOptions, type StoreClient } from '@custody/store';
import type { FastifyInstance, FastifyReply, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type Answers, answerMeta } from '../answer.ts';
import type { CommonParameters } from '../filters/parameters.ts';
import { parseRange } from '../filters/parse-time.ts';
import { environmentMatcher, parseSelection } from '../filters/selection.ts';
import { parseTimeZone } from '../filters/time-zone.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';

export type App = FastifyInstance<
  RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  import('fastify').FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes work with. */
export interface RouteParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly answers: Answers;
}

/** The responses of an operation: its answer, or a problem. */
export function responses<Data extends z.ZodType>(data: Data) {
  const problems = { 400: problemDocument, 401: problemDocument, 403: problemDocument, 503: problemDocument };
  return { 200: z.object({ data, meta: answerMeta }), ...problems };
}

/** A question about decisions, read out of its parameters. */
export interface Asked {
  readonly selection: Selection;
  readonly range: TimeRange;
  readonly timeZone: string;
  readonly options: StatementOptions;
  /** The answer's `meta`, with the count of possible rows where a human is asked for. */
  meta(): Promise<z.infer<typeof answerMeta>>;
}

/** Reads the common parameters of a request. Throws `QUERY_*`. */
export async function readQuestion(
  { store, clock, answers }: RouteParts,
  parameters: CommonParameters,
  reply: FastifyReply,
  pinned?: TimeRange,
): Promise<Asked> {
  const startedAt = performance.now();
  const timeZone = parseTimeZone(parameters.tz ?? 'UTC');
  const range = pinned ?? parseRange(parameters, clock.now(), timeZone);
  const isAsked = environmentMatcher(parameters.env);
  const options = answers.statement(clientSignal(reply));
  const selection = await parseSelection(parameters, { store, range, options });
  const meta = async () => {
    if (selection.candidates === null) return answers.meta(range, startedAt, isAsked);
    const [[row], common] = await Promise.all([
      ask(store, possibleCount(selection), options),
      answers.meta(range, startedAt, isAsked),
    ]);
    return { ...common, possible: row?.possible ?? 0 };
  };
  return { selection, range, timeZone, options, meta };
}
