import { defaultRules, parseRule, type Rule } from '@custody/detect';
import { CustodyError, parseConfigText } from '@custody/runtime';
import { readRuleChanges, writeRule } from '@custody/store';
import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { queryErrors } from '../errors.ts';
import { clientSignal } from '../http/client-signal.ts';
import { problemDocument } from '../http/problem.ts';
import { readKnownRules } from '../rules/known-rules.ts';
import { type InTurn, oneByOne } from '../rules/one-by-one.ts';
import { rulesRefused } from '../rules/refused.ts';
import { assertGoesBy, ruleConditions, ruleTag } from '../rules/rule-condition.ts';
import { ruleRow, ruleRowOf } from '../rules/rule-row.ts';
import type { RulesFile } from '../rules/rules-file.ts';
import type { App } from './route.ts';
import { elapsedMeta, elapsedSince, type RulesParts, ruleName, ruleProblems, unknownRule } from './rules.ts';

/** Throws `QUERY_RULE_OF_FILE` for a rule that stands in the file, which nothing over the API would change. */
function assertNotOfFile(name: string, rulesFile: RulesFile): void {
  const { path, rules } = rulesFile.current();
  const found = rules.find(({ rule }) => rule.name === name);
  if (found === undefined) return;
  const where = found.line === null ? path : `${path}, line ${found.line}`;
  throw new CustodyError(queryErrors.QUERY_RULE_OF_FILE, `The rule ${name} stands in ${where}.`, {
    fields: { file: path, line: found.line },
  });
}

const putRequest = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .describe('A rule, as in the file, or the text of one in YAML, whose faults have lines; its name may be left out');

interface WrittenRule {
  readonly rule: Rule;
  readonly document: Readonly<Record<string, unknown>>;
}

/** The rule that a body says, named as the path names it. Throws `QUERY_BAD_RULES` with every fault. */
function ruleIn(body: z.infer<typeof putRequest>, name: string, rulesFile: RulesFile): WrittenRule {
  const read = typeof body === 'string' ? parseConfigText(body) : { value: body, faults: [], lineOf: () => null };
  const right = 'a rule: a name, and any of the other keys';
  if (read.faults.length > 0) throw rulesRefused(read.faults.map((wrong) => ({ path: '', line: null, wrong, right })));
  const { data: said } = z.record(z.string(), z.unknown()).safeParse(read.value);
  if (said === undefined) throw rulesRefused([{ path: '', line: null, wrong: 'it is not a map', right }]);
  const document = { name, ...said };
  const { rule, faults } = parseRule(document, 'api', rulesFile.current().channels);
  const isNamedSo = document.name === name;
  const ofName = isNamedSo ? [] : [{ path: 'name', wrong: 'the address names another rule', right: name }];
  const all = [...faults, ...ofName].map((fault) => ({ ...fault, line: read.lineOf(fault.path) }));
  if (rule !== null && all.length === 0) return { rule, document };
  throw rulesRefused(all.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
}

/** After every change before it, so that the last one counts whatever the clocks of replicas say. */
async function nextMs(parts: RulesParts, name: string, options: object): Promise<number> {
  const [last] = await readRuleChanges(parts.store, name, options);
  return Math.max(parts.clock.now(), last === undefined ? 0 : Date.parse(last.changed_at) + 1);
}

function addPut(app: App, parts: RulesParts, inTurn: InTurn): void {
  const { store, clock, rulesFile } = parts;
  app.put(
    '/v1/rules/:name',
    {
      bodyLimit: 65_536,
      schema: {
        operationId: 'putRule',
        summary: 'Makes a rule, or changes it; it judges from the next look on. What it said before stays on record',
        tags: ['alerts'],
        params: ruleName,
        querystring: z.strictObject({}),
        headers: ruleConditions,
        body: putRequest,
        response: {
          ...{
            200: z.object({ data: ruleRow, meta: elapsedMeta }),
            201: z.object({ data: ruleRow, meta: elapsedMeta }),
          },
          ...{ ...ruleProblems, 409: problemDocument, 412: problemDocument },
        },
      },
      config: { knownParameters: [], access: 'admin' },
    },
    async ({ params: { name }, headers, body }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const options = caller.answers.statement(clientSignal(reply));
      const { rule, document } = ruleIn(body, name, rulesFile);
      assertNotOfFile(name, rulesFile);
      const isNew = await inTurn(async () => {
        const before = await readKnownRules(store, rulesFile, options);
        const [running] = before.byName.get(name) ?? [];
        assertGoesBy(headers, name, running);
        const atMs = await nextMs(parts, name, options);
        await writeRule(store, { name, atMs, by: caller.name, rule: { version: rule.version, document } });
        return running?.rule.origin !== 'api';
      });
      const known = await readKnownRules(store, rulesFile, options);
      const [first, ...others] = known.byName.get(name) ?? [];
      if (first === undefined) throw new Error('the store does not show the rule that it has just taken');
      const data = ruleRowOf(first, others, known.file, clock.now());
      return reply
        .header('etag', ruleTag(first))
        .status(isNew ? 201 : 200)
        .send({ data, meta: elapsedSince(startedAt) });
    },
  );
}

/** Throws `QUERY_NOT_FOUND` and `QUERY_RULE_OF_CUSTODY` where no rule of the API has the name. */
async function assertDeletable({ store }: RulesParts, name: string, options: object): Promise<void> {
  const [last] = await readRuleChanges(store, name, options);
  if (last !== undefined && !last.is_deleted) return;
  if (!defaultRules.some((rule) => rule.name === name)) throw unknownRule(name);
  throw new CustodyError(queryErrors.QUERY_RULE_OF_CUSTODY, `The rule ${name} comes with Custody.`);
}

function addDelete(app: App, parts: RulesParts, inTurn: InTurn): void {
  const { store, clock, rulesFile } = parts;
  app.delete(
    '/v1/rules/:name',
    {
      schema: {
        operationId: 'deleteRule',
        summary: 'Deletes a rule of the API; one of the same name that comes with Custody runs again',
        tags: ['alerts'],
        params: ruleName,
        querystring: z.strictObject({}),
        headers: ruleConditions,
        response: {
          200: z.object({ data: ruleRow.nullable().describe('What runs under the name now'), meta: elapsedMeta }),
          ...{ ...ruleProblems, 404: problemDocument, 409: problemDocument, 412: problemDocument },
        },
      },
      config: { knownParameters: [], access: 'admin' },
    },
    async ({ params: { name }, headers }, reply) => {
      const startedAt = performance.now();
      const caller = callerOf(reply);
      const options = caller.answers.statement(clientSignal(reply));
      assertNotOfFile(name, rulesFile);
      await inTurn(async () => {
        const before = await readKnownRules(store, rulesFile, options);
        assertGoesBy(headers, name, before.byName.get(name)?.[0]);
        await assertDeletable(parts, name, options);
        await writeRule(store, { name, atMs: await nextMs(parts, name, options), by: caller.name, rule: null });
      });
      const known = await readKnownRules(store, rulesFile, options);
      const [first, ...others] = known.byName.get(name) ?? [];
      const data = first === undefined ? null : ruleRowOf(first, others, known.file, clock.now());
      return { data, meta: elapsedSince(startedAt) };
    },
  );
}

/** `PUT` and `DELETE /v1/rules/{name}`, for tokens of scope admin: rules decide for everybody what is found. */
export function addRuleChanges(app: App, parts: RulesParts): void {
  // Between the look at what runs and the change of it nobody else changes anything, at this replica.
  const inTurn = oneByOne();
  addPut(app, parts, inTurn);
  addDelete(app, parts, inTurn);
}
