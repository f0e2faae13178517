import { type DenialKind, tallyRemedies } from '@custody/decision';
import { ask, denialKinds, readExpiredRange } from '@custody/store';
import { z } from 'zod';
import { commonParameters } from '../filters/parameters.ts';
import { problemDocument } from '../http/problem.ts';
import { cutTo, limitParameter, parseLimit } from './limit.ts';
import { type App, type Asked, type RouteParts, readQuestion, responses } from './route.ts';

/** Of denials that differ in nothing that an explanation looks at: so many are explained, the most frequent first. */
const mostKinds = 50_000;

const change = z.object({
  code: z.string().describe('As in the remedies of one denial'),
  sentence: z.string().describe('What has to change, in words'),
  assumes: z.string().describe('What has to hold beside it; empty where the known levels say that it is enough'),
  human: z.string(),
  agent: z.string(),
  server: z.string(),
  tool: z.string(),
  tenant: z.string(),
  resource: z.string(),
  level: z.string().describe('The least level that would do; empty where it is not about a level or that is not known'),
  removes: z
    .number()
    .describe('Denials of the range that it alone would have removed: those of lower levels of the same change too'),
  helps: z.number().describe('Further denials of the range that need it and another change'),
  first_seen: z.string(),
  last_seen: z.string(),
  last_decision_id: z.string().describe('The newest of those denials'),
});

const pair = z.object({
  sentences: z.array(z.string()).describe('Changes that are needed together'),
  human: z.string(),
  agent: z.string(),
  server: z.string(),
  level: z.string(),
  removes: z.number().describe('Denials of the range that need both'),
});

const tally = z
  .object({
    denials: z.number().describe('Of the range: the sum of the five that follow'),
    one_level: z.number().describe('One change of a consent or a ceiling would have removed them'),
    one_other: z.number().describe('One change would have, but none of levels'),
    two: z.number().describe('Need two changes'),
    none: z.number().describe('No change can be named; unmended says why'),
    unexamined: z.number().describe(`Not looked at: there are more than ${mostKinds} kinds of denials in the range`),
    changes: z.array(change).describe('What would have removed most denials first'),
    pairs: z.array(pair),
    unmended: z.array(z.object({ code: z.string(), sentence: z.string(), denials: z.number() })),
  })
  .meta({ id: 'Remedies' });

type KindRow = z.infer<ReturnType<typeof denialKinds>['query']['row']>;

function kindOf({ denials, first_at, last_at, last_id, all_denials: _, ...call }: KindRow): DenialKind {
  const times = { firstAt: first_at, lastAt: last_at, lastId: last_id };
  return { call: { ...call, decision: 'deny', reason: '' }, denials, ...times };
}

async function readKinds({ store, selection, options }: Asked): Promise<KindRow[]> {
  const [kinds, expired] = await Promise.all([
    ask(store, denialKinds(selection, mostKinds), options),
    readExpiredRange(store, selection, options),
  ]);
  options.onPlan?.({ levels: ['raw'], expired });
  return kinds;
}

function answered(kinds: readonly KindRow[]): z.infer<typeof tally> {
  const { oneLevel: one_level, oneOther: one_other, changes, pairs, ...rest } = tallyRemedies(kinds.map(kindOf));
  const denials = kinds[0]?.all_denials ?? 0;
  const named = changes.map(({ firstAt: first_seen, lastAt: last_seen, lastId: last_decision_id, ...one }) => ({
    ...one,
    ...{ first_seen, last_seen, last_decision_id },
  }));
  const unexamined = denials - rest.denials;
  const copied = pairs.map((one) => ({ ...one, sentences: [...one.sentences] }));
  return {
    ...rest,
    denials,
    one_level,
    one_other,
    unexamined,
    changes: named,
    pairs: copied,
    unmended: [...rest.unmended],
  };
}

const { decision: _, ...filters } = commonParameters;

/** `GET /v1/remedies`. */
export function addRemedies(app: App, parts: RouteParts): void {
  const querystring = z.strictObject({ ...filters, limit: limitParameter(100, 1_000, 'Most changes, and most pairs') });
  app.get(
    '/v1/remedies',
    {
      schema: {
        operationId: 'listRemedies',
        summary:
          'Which one change would have removed most denials of a range, each explained as of its moment; apart, what needs two changes and what none can be named for',
        tags: ['counts'],
        querystring,
        response: { ...responses(tally), 409: problemDocument },
      },
      config: { knownParameters: Object.keys(querystring.shape) },
    },
    async ({ query }, reply) => {
      const limit = parseLimit(query.limit, 100, 1_000);
      const asked = await readQuestion(parts, { ...query, decision: 'deny' }, reply);
      const { found, meta } = await asked.answer(readKinds(asked));
      const data = answered(found);
      const [changes, pairs] = [cutTo(data.changes, limit), cutTo(data.pairs, limit)];
      const cut = { ...changes.truncated, ...pairs.truncated };
      return { data: { ...data, changes: changes.rows, pairs: pairs.rows }, meta: { ...meta, ...cut } };
    },
  );
}
