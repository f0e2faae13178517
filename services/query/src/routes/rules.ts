import { parseRule } from '@custody/detect';
import { type Clock, CustodyError } from '@custody/runtime';
import { readEnvironmentNames, readRuleChanges, type StatementOptions, type StoreClient } from '@custody/store';
import { z } from 'zod';
import { type Caller, callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { type KnownRules, readKnownRules } from '../rules/known-rules.ts';
import { ruleTag } from '../rules/rule-condition.ts';
import { ruleFault, ruleRow, ruleRowOf } from '../rules/rule-row.ts';
import { type EnvironmentNames, isRuleShown } from '../rules/rule-scope.ts';
import type { RulesFile } from '../rules/rules-file.ts';
import type { App } from './route.ts';

export interface RulesParts {
  /** The service's own: rules are written by nobody's question. */
  readonly store: StoreClient;
  readonly clock: Clock;
  readonly rulesFile: RulesFile;
}

export const elapsedMeta = z.object({ elapsed_ms: z.number() });

export const ruleProblems = {
  ...{ 400: problemDocument, 401: problemDocument, 403: problemDocument },
  ...{ 429: problemDocument, 503: problemDocument },
};

export function elapsedSince(startedAt: number): { elapsed_ms: number } {
  return { elapsed_ms: Math.round((performance.now() - startedAt) * 10) / 10 };
}

/** Names of environments, where what a caller sees goes by them. Throws `STORE_*`. */
export function namesFor({ store, scope }: Caller, options: StatementOptions): Promise<EnvironmentNames> {
  return scope.envIds === null ? Promise.resolve(new Map()) : readEnvironmentNames(store, options);
}

const listMeta = elapsedMeta.extend({
  version: z.string().describe('Of all rules that are in force together'),
  file: z
    .object({ path: z.string(), is_there: z.boolean(), faults: z.array(ruleFault) })
    .describe('The file of rules, as this service sees it; where it is wrong, its rules are those of before'),
  channels: z.array(z.string()).nullable().describe('Names of the channels of the file; null where there is no file'),
  not_understood: z
    .array(z.string())
    .describe('Rules of the API that this version does not understand, and does not run'),
});

function fileOf({ file }: KnownRules, isWhole: boolean): z.infer<typeof listMeta>['file'] {
  // A fault quotes the file, which names what a restricted token may not see.
  return { path: file.path, is_there: file.isThere, faults: isWhole ? [...file.faults] : [] };
}

function addList(app: App, { clock, rulesFile }: RulesParts): void {
  app.get(
    '/v1/rules',
    {
      schema: {
        operationId: 'listRules',
        summary: 'The rules by which alerts are found: those that come with Custody, of the file, and of the API',
        tags: ['alerts'],
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: z.array(ruleRow), meta: listMeta }), ...ruleProblems },
      },
      config: { knownParameters: [] },
    },
    async (_request, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const options = caller.answers.statement(clientSignal(reply));
      const [known, names] = await Promise.all([
        readKnownRules(caller.store, rulesFile, options),
        namesFor(caller, options),
      ]);
      const nowMs = clock.now();
      const data = [...known.byName.values()]
        .flatMap(([first, ...others]) =>
          first !== undefined && isRuleShown(first.rule, caller.scope, names)
            ? [ruleRowOf(first, others, known.file, nowMs)]
            : [],
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { envIds, servers, humans } = caller.scope;
      const isWhole = envIds === null && servers === null && humans === null;
      const meta = {
        ...{ version: known.ruleSet.version, file: fileOf(known, isWhole) },
        channels: known.file.channels === null ? null : [...known.file.channels],
        not_understood: isWhole ? [...known.notUnderstood] : [],
      };
      return { data, meta: { ...elapsedSince(startedAt), ...meta } };
    },
  );
}

const ruleVersion = z
  .object({
    changed_at: z.string(),
    changed_by: z.string().describe('Name of the token'),
    version: z.string().nullable().describe('null: it was deleted'),
    document: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'RuleVersion' });

const wholeRule = ruleRow
  .extend({ versions: z.array(ruleVersion).describe('What became of it over the API, the last change first') })
  .meta({ id: 'WholeRule' });

/** Throws `QUERY_NOT_FOUND`. */
export function unknownRule(name: string): CustodyError {
  return new CustodyError(queryErrors.QUERY_NOT_FOUND, `There is no rule ${JSON.stringify(name.slice(0, 100))}.`, {
    remedy: 'Use a name that `custody rules list` shows.',
  });
}

export const ruleName = z.object({ name: z.string().describe('Name of the rule') });

function addOne(app: App, { clock, rulesFile }: RulesParts): void {
  app.get(
    '/v1/rules/:name',
    {
      schema: {
        operationId: 'getRule',
        summary: 'One rule, with what became of it over the API',
        tags: ['alerts'],
        params: ruleName,
        querystring: z.strictObject({}),
        response: { 200: z.object({ data: wholeRule, meta: elapsedMeta }), ...ruleProblems, 404: problemDocument },
      },
      config: { knownParameters: [] },
    },
    async ({ params }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const options = caller.answers.statement(clientSignal(reply));
      const [known, names] = await Promise.all([
        readKnownRules(caller.store, rulesFile, options),
        namesFor(caller, options),
      ]);
      const [first, ...others] = known.byName.get(params.name) ?? [];
      if (first === undefined || !isRuleShown(first.rule, caller.scope, names)) throw unknownRule(params.name);
      const isShown = (document: unknown) => {
        const parsed = parseRule(document, 'api').rule;
        return parsed !== null && isRuleShown(parsed, caller.scope, names);
      };
      const changes = await readRuleChanges(caller.store, params.name, options);
      const versions = changes.flatMap(({ changed_at, changed_by, version, document, is_deleted }) => {
        const text = is_deleted ? null : (JSON.parse(document) as Record<string, unknown>);
        if (text !== null && !isShown(text)) return [];
        return [{ changed_at, changed_by, version: is_deleted ? null : version, document: text }];
      });
      const data = { ...ruleRowOf(first, others, known.file, clock.now()), versions };
      reply.header('etag', ruleTag(first));
      return { data, meta: elapsedSince(startedAt) };
    },
  );
}

/** `GET /v1/rules` and `GET /v1/rules/{name}`. */
export function addRules(app: App, parts: RulesParts): void {
  addList(app, parts);
  addOne(app, parts);
}
