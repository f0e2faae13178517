import { CustodyError } from '@custody/runtime';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { queryErrors } from '../errors.ts';
import { badParameter, problemOf } from './problem.ts';

/** What the validator of the type provider says is wrong. */
interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

const knownParameters = 'knownParameters';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Names of the operation's query parameters, for messages. */
    [knownParameters]?: readonly string[];
  }
}

function faultOf(fault: Fault, known: readonly string[]): CustodyError {
  const { keys } = fault.params;
  if (fault.keyword === 'unrecognized_keys' && Array.isArray(keys)) {
    const message = `There is no parameter ${keys.join(', ')} here; there are ${known.join(', ') || 'none'}.`;
    return new CustodyError(queryErrors.QUERY_UNKNOWN_PARAMETER, message, { fields: { parameter: keys[0], known } });
  }
  return badParameter(fault.instancePath.replace(/^\//, '') || 'request', fault.message ?? 'cannot be understood');
}

/** One of ours of what fastify found wrong with a request; anything else as it came. */
function translate(error: FastifyError | Error, request: FastifyRequest): unknown {
  const faults = 'validation' in error ? (error.validation as readonly Fault[] | undefined) : undefined;
  if (faults?.[0]) return faultOf(faults[0], request.routeOptions.config[knownParameters] ?? []);
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (!(error instanceof CustodyError) && status !== undefined && status >= 400 && status < 500) {
    return badParameter('request', error.message);
  }
  return error;
}

/** Answers with a problem document; logs what is not the caller's fault, once. */
export function answerProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const translated = translate(error, request);
  const problem = problemOf(translated, request.url.split('?')[0] ?? '/', request.id);
  if (problem.status >= 500) request.log.error({ err: translated, code: problem.code }, 'could not answer');
  // Of the answer that there would have been.
  reply.removeHeader('etag').header('cache-control', 'no-store');
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  reply.problemCode = problem.code;
  if (problem.status === 429) reply.header('retry-after', String(problem.reset_seconds ?? 5));
  if (problem.status === 503) reply.header('retry-after', '5');
  return reply.status(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem);
}
