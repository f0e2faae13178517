import { dayMs, minuteMs, type TimeRange } from '@custody/decision';
import { digestOf, parseRulesDocument, type Rule, type RuleSet } from '@custody/detect';
import { CustodyError, parseConfigText } from '@custody/runtime';
import { readEnvironmentNames, readExpiredRange, type Selection, type StatementOptions } from '@custody/store';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { answerMeta } from '../answer/answer-meta.ts';
import { queryErrors } from '../errors.ts';
import { parseRange } from '../filters/parse-time.ts';
import { clientSignal } from '../http/client-signal.ts';
import { badParameter, problemDocument } from '../http/problem.ts';
import { backtestAnswer, backtestAnswerOf } from '../rules/backtest-answer.ts';
import { readKnownRules } from '../rules/known-rules.ts';
import { rulesRefused } from '../rules/refused.ts';
import { beyondIn, type EnvironmentNames, isRuleShown } from '../rules/rule-scope.ts';
import { runBacktest } from '../rules/run-backtest.ts';
import type { App } from './route.ts';
import { type RulesParts, ruleProblems } from './rules.ts';

const longestRangeMs = 92 * dayMs;
/** What a month of 1,000 series takes several times over. */
const longestMs = 120_000;
const bucketMs = 5 * minuteMs;

const texts = z.union([z.string().max(500), z.array(z.string().max(500)).max(100)]);

const backtestRequest = z.strictObject({
  rules: z
    .union([z.string(), z.array(z.unknown()), z.record(z.string(), z.unknown())])
    .optional()
    .describe(
      'Rules as in the file: YAML as a text, a document with rules, a list, or one rule. They are judged by themselves and as if they were enabled. Default: all that are in force',
    ),
  from: z.string().max(50).optional().describe('RFC 3339, a date, or a time ago like -30d. Default -30d'),
  to: z.string().max(50).optional().describe('Its end, exclusive. Default: now'),
  env: texts.optional().describe('Only these environments, by id or name'),
});
type BacktestRequest = z.infer<typeof backtestRequest>;

/** The rules that a request gives. Throws `QUERY_BAD_RULES` with every fault. */
function givenRules(given: NonNullable<BacktestRequest['rules']>): Rule[] {
  const {
    value,
    faults: ofText,
    lineOf,
  } = typeof given === 'string' ? parseConfigText(given) : { value: given, faults: [], lineOf: () => null };
  if (ofText.length > 0) {
    throw rulesRefused(ofText.map((wrong) => ({ path: '', line: null, wrong, right: 'YAML with rules:' })));
  }
  const { rules, faults } = parseRulesDocument(value, 'api');
  if (faults.length > 0) throw rulesRefused(faults.map((fault) => ({ ...fault, line: lineOf(fault.path) })));
  if (rules.length > 0) return rules.map((rule) => ({ ...rule, isEnabled: true }));
  throw rulesRefused([{ path: 'rules', line: null, wrong: 'there is none', right: 'a rule at least' }]);
}

function alone(rules: readonly Rule[]): RuleSet {
  return { version: digestOf(rules.map(({ name, version }) => [name, version])), rules };
}

/** Throws `QUERY_BEYOND_RESTRICTION` for a rule that names what the caller may not see. */
function assertWithin(rules: readonly Rule[], { scope }: Caller, names: EnvironmentNames): void {
  for (const rule of rules) {
    const beyond = beyondIn(rule.scope, scope, names);
    if (beyond.length === 0) continue;
    const text = `The rule ${rule.name} names more than the token may see, in its ${beyond.join(', ')}.`;
    throw new CustodyError(queryErrors.QUERY_BEYOND_RESTRICTION, text);
  }
}

/** Ids of the environments that are asked for, of those that the caller may see. Throws `QUERY_BAD_PARAMETER`. */
function environmentsOf(
  { env }: BacktestRequest,
  { scope }: Caller,
  names: EnvironmentNames,
): readonly string[] | null {
  if (env === undefined) return scope.envIds;
  const seen = [...names].filter(([id]) => scope.envIds === null || scope.envIds.includes(id));
  return [env].flat().flatMap((text) => {
    const found = seen.filter(([id, called]) => id === text || called.includes(text)).map(([id]) => id);
    if (found.length > 0) return found;
    const there = seen.map(([id, [name]]) => name ?? id).join(', ') || 'none yet';
    throw badParameter('env', `no environment is called ${JSON.stringify(text)}; there are ${there}`);
  });
}

/** What is judged, at edges of five minutes. Throws `QUERY_BAD_RANGE`, `QUERY_BAD_PARAMETER`. */
function rangeOf({ from = '-30d', to }: BacktestRequest, nowMs: number): TimeRange {
  const { fromMs, toMs } = parseRange({ from, to }, nowMs, 'UTC');
  const range = {
    fromMs: Math.floor(fromMs / bucketMs) * bucketMs,
    toMs: Math.floor(Math.min(toMs, nowMs) / bucketMs) * bucketMs,
  };
  if (range.toMs - range.fromMs > longestRangeMs) throw badParameter('from', 'a back-test judges at most 92 days');
  if (range.fromMs < range.toMs) return range;
  throw new CustodyError(queryErrors.QUERY_BAD_RANGE, 'Less than five minutes of the past lie in the range.');
}

/** Without what expired: minutes are told by rows alone. Throws `QUERY_BAD_RANGE` where nothing is left. */
async function unexpired(
  range: TimeRange,
  { store, scope }: Caller,
  options: StatementOptions,
): Promise<{ range: TimeRange; expired: TimeRange | null }> {
  const all = { include: [], exclude: [] };
  const selection: Selection = {
    ...{ range, scope, filters: [all], human: null, candidates: null, certainty: 'sure', reasonText: '' },
  };
  const expired = await readExpiredRange(store, selection, options);
  if (expired === null) return { range, expired };
  const fromMs = Math.ceil(expired.toMs / bucketMs) * bucketMs;
  if (fromMs < range.toMs) return { range: { ...range, fromMs: Math.max(range.fromMs, fromMs) }, expired };
  throw new CustodyError(queryErrors.QUERY_BAD_RANGE, 'The decisions of the whole range expired.');
}

/** `POST /v1/rules/backtest`: what rules would have found. */
export function addBacktest(app: App, { store: own, clock, rulesFile }: RulesParts): void {
  let isBusy = false;
  app.post(
    '/v1/rules/backtest',
    {
      bodyLimit: 1_048_576,
      schema: {
        operationId: 'backtestRules',
        summary: 'Judges the past by rules: what they would have found, minute by minute',
        tags: ['alerts'],
        querystring: z.strictObject({}),
        body: backtestRequest,
        response: { 200: z.object({ data: backtestAnswer, meta: answerMeta }), ...ruleProblems, 422: problemDocument },
      },
      config: { knownParameters: [], access: 'read' },
    },
    async ({ body }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const { store, scope, answers } = caller;
      const nowMs = clock.now();
      const signal = clientSignal(reply);
      const options = answers.statement(signal);
      const names = await readEnvironmentNames(store, options);
      const rules = body.rules === undefined ? null : givenRules(body.rules);
      if (rules !== null) assertWithin(rules, caller, names);
      const inForce = async () => {
        const { ruleSet } = await readKnownRules(own, rulesFile, options);
        return alone(ruleSet.rules.filter((rule) => isRuleShown(rule, scope, names)));
      };
      const ruleSet = rules === null ? await inForce() : alone(rules);
      const envIds = environmentsOf(body, caller, names);
      const { range, expired } = await unexpired(rangeOf(body, nowMs), caller, options);
      if (isBusy) {
        throw new CustodyError(
          queryErrors.QUERY_BACKTEST_BUSY,
          'Another back-test is under way; ask again when it is done.',
        );
      }
      isBusy = true;
      try {
        const done = await runBacktest(
          { ruleSet, range, envIds, scope, nowMs },
          { store, statement: options, signal, longestMs },
        );
        const isAsked = (envId: string) => envIds === null || envIds.includes(envId);
        const { found, meta } = await answers.answer(Promise.resolve(backtestAnswerOf(done, ruleSet)), {
          ...{ range, startedAt, isAsked },
        });
        const lost = expired && {
          expired: { from: new Date(expired.fromMs).toISOString(), to: new Date(expired.toMs).toISOString() },
        };
        return { data: found, meta: { ...meta, ...lost } };
      } finally {
        isBusy = false;
      }
    },
  );
}
