import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Clock, CustodyError, Histogram, type Logger, type Registry } from '@custody/runtime';
import type { StoreClient } from '@custody/store';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { addAccess } from './access/access.ts';
import { type UseLimits, usualUseLimits } from './access/allowance.ts';
import { addMe } from './access/me-route.ts';
import { addTokens } from './access/token-routes.ts';
import { AnswerSources } from './answer/answer-sources.ts';
import { boundsOf, type QueryLimits } from './answer/query-limits.ts';
import { queryErrors } from './errors.ts';
import { addClosing } from './http/closing.ts';
import { addCompression } from './http/compression.ts';
import { answerProblem } from './http/errors-handler.ts';
import { requestId } from './http/request-id.ts';
import { RouteMethods } from './http/route-methods.ts';
import { KeptAnswers } from './kept/kept-answers.ts';
import { addOpenApi } from './openapi.ts';
import { Turns } from './pace/turns.ts';
import { addPages } from './pages/add-pages.ts';
import { readPageFiles } from './pages/page-files.ts';
import { isForPage } from './pages/page-request.ts';
import { usualPermitApp } from './permit-app.ts';
import { addAggregate } from './routes/aggregate.ts';
import { addAlert } from './routes/alert.ts';
import { addAlertActions } from './routes/alert-actions.ts';
import { addAlerts } from './routes/alerts.ts';
import { addBacktest } from './routes/backtest.ts';
import { addChains } from './routes/chains.ts';
import { addRuleChanges } from './routes/change-rule.ts';
import { addCoverage } from './routes/coverage.ts';
import { addCoverageHours } from './routes/coverage-hours.ts';
import { addDecisions } from './routes/decisions.ts';
import { addDecisionsStream } from './routes/decisions-stream.ts';
import { addEntities } from './routes/entities.ts';
import { addExports } from './routes/exports.ts';
import { addPlain } from './routes/plain.ts';
import { addRemedies } from './routes/remedies.ts';
import { addRules } from './routes/rules.ts';
import { addSeals } from './routes/seals.ts';
import { addSilences } from './routes/silences.ts';
import { addTrends } from './routes/trends.ts';
import { RulesFile, usualRulesFile } from './rules/rules-file.ts';
import { type StreamLimits, usualStreamLimits } from './stream/streams.ts';

export interface AppParts {
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly limits: QueryLimits;
  /** Bounds of the live stream, where they are not the usual ones. */
  readonly stream?: Partial<StreamLimits>;
  /** Statements that callers' questions run at once. Default: as many as this machine has cores. */
  readonly statementsAtOnce?: number;
  /** What each token may use. Default: as configured by nothing. */
  readonly useLimits?: UseLimits;
  /** The configured token; without one, and without any in the store, this machine's own names are answered. */
  readonly token: string | null;
  /** Origins whose pages may read answers. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** Reads tokens by the clock, so that no request waits for it. Default: only when somebody asks. */
  readonly keepTokensFresh?: boolean;
  /** The file of rules, which is shown and never written. Default: the usual name. */
  readonly rulesFile?: string;
  /** Where links to Permit's own app lead; `null` for no links. Default: to its front. */
  readonly permitApp?: string | null;
  /** A folder of built files with an `index.html`, served at `/`. Default: there is no page, and `/` leads to `/docs`. */
  readonly pages?: string | null;
}

const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

function addHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ ...securityHeaders, 'x-request-id': request.id });
}

function addMetrics(app: FastifyInstance, metrics: Registry): void {
  const seconds = new Histogram({
    name: 'custody_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer, by route and status',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [metrics],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
}

/**
 * How long a connection without a request stays open: longer than clients and proxies keep theirs, which is ten minutes at most
 * as a rule. Whoever closes first decides: a request that is on its way when the service closes is never answered, and its client
 * is told that the socket hung up. Under load it is on its way for long.
 */
const keepAliveMs = 620_000;

/** Another text after a change of what answers look like; known once every route is. */
function releaseOf(app: FastifyInstance): () => string {
  let release = '';
  return () => {
    release ||= createHash('sha256').update(JSON.stringify(app.swagger())).digest('base64url');
    return release;
  };
}

/** The HTTP API over a store; listens nowhere yet. */
export async function createApp(given: AppParts): Promise<FastifyInstance> {
  const { store, clock, logger, metrics, limits, useLimits = usualUseLimits, corsOrigins = [] } = given;
  const loggerInstance: FastifyBaseLogger = logger;
  const app = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => requestId(headers),
    keepAliveTimeout: keepAliveMs,
    routerOptions: { maxParamLength: 500 },
    // What fails before a route is found, such as a path that is no text, passes no hook.
    frameworkErrors: (error, request, reply) => {
      addHeaders(request, reply);
      answerProblem(error, request, reply);
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler<Error>(answerProblem);
  const routeMethods = new RouteMethods(app);
  const pages = given.pages ? readPageFiles(given.pages) : null;
  app.setNotFoundHandler((request, reply) => {
    if (pages !== null && isForPage(request)) return pages.send('/index.html', request, reply);
    const path = request.url.split('?')[0] ?? '/';
    const asked = `${request.method} ${path.slice(0, 200)}`;
    const methods = routeMethods.of(path);
    // A route may also find that it has nothing there, such as a file of an older page.
    const isThere = methods.length > 0 && !methods.includes(request.method);
    if (!isThere) throw new CustodyError(queryErrors.QUERY_UNKNOWN_ROUTE, `There is no ${asked}.`);
    reply.header('allow', methods.join(', '));
    throw new CustodyError(queryErrors.QUERY_WRONG_METHOD, `There is no ${asked}, only ${methods.join(', ')}.`);
  });
  app.addHook('onRequest', async (request, reply) => addHeaders(request, reply));
  addMetrics(app, metrics);
  const sources = new AnswerSources({ store, clock, limits });
  const atOnce = given.statementsAtOnce ?? availableParallelism();
  const turns = new Turns({ atOnce, longestWaitMs: limits.maxSeconds * 1000 });
  const access = addAccess(app, {
    ...{ store, turns, clock, logger, metrics, sources, useLimits, corsOrigins },
    adminToken: given.token,
    keepTokensFresh: given.keepTokensFresh ?? false,
    hasPages: pages !== null,
  });
  addClosing(app);
  await addCompression(app);
  await addOpenApi(app);
  const parts = { clock, release: releaseOf(app), kept: new KeptAnswers() };
  addExports(app, parts);
  addDecisions(app, parts);
  addDecisionsStream(app, {
    ...{ ...parts, store, logger, metrics, limits: { ...usualStreamLimits, ...given.stream } },
    statement: () => boundsOf(limits),
  });
  addAggregate(app, parts);
  addTrends(app, parts);
  addChains(app, parts);
  addRemedies(app, parts);
  addEntities(app, parts);
  addCoverage(app, parts);
  addCoverageHours(app, parts);
  addSeals(app, parts);
  addAlerts(app, parts);
  addAlert(app, parts);
  addAlertActions(app, access);
  addSilences(app, access);
  const rulesParts = { store, clock, rulesFile: new RulesFile(given.rulesFile ?? usualRulesFile) };
  addRules(app, rulesParts);
  addBacktest(app, rulesParts);
  addRuleChanges(app, rulesParts);
  addTokens(app, access);
  addMe(app, given.permitApp === undefined ? usualPermitApp : given.permitApp);
  if (pages === null) app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect('/docs'));
  else addPages(app, pages);
  addPlain(app, metrics, { store: () => store.ping({ timeoutMs: 2_000 }) });
  await app.ready();
  return app;
}
