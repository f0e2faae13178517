import type { Command } from 'commander';
import { z } from 'zod';
import { ask } from './api-client.ts';
import { formatTable } from './table.ts';

const answer = z.looseObject({
  data: z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]),
  meta: z.looseObject({ next: z.string().nullish(), demo: z.boolean().optional() }).optional(),
});

/** Options that narrow an answer, by the API's parameter names. */
const filters: readonly (readonly [string, string])[] = [
  ['--from <time>', 'start, e.g. -24h, today, 2026-11-01T00:00:00Z'],
  ['--to <time>', 'end, exclusive'],
  ['--env <env>', 'environment, by id or key'],
  ['--agent <agent>', 'by key, bare id or name; !x is "not", x* is "starts with"'],
  ['--human <human>', 'by key, bare id, e-mail or name'],
  ['--server <server>', 'MCP server'],
  ['--tool <tool>', 'tool'],
  ['--decision <decision>', 'allow, deny or unknown'],
  ['--reason-code <code>', 'why it was denied'],
  ['--attribution <certainty>', 'exact, inferred, ambiguous, unknown or none'],
  ['--trust-level <level>', 'low, medium or high'],
];
const grouping: readonly (readonly [string, string])[] = [
  ['--measures <names>', 'comma-separated: decisions, denials, deny_rate, agents, humans, servers, tools, ...'],
  ['--group-by <names>', 'comma-separated: env, agent, human, server, tool, decision, reason_code, ...'],
  ['--order <order>', 'measure to order by, -measure for descending'],
  ['--limit <rows>', 'most rows'],
];
const bucketing: readonly (readonly [string, string])[] = [
  ['--bucket <size>', 'minute, 5m, 15m, hour, day, week or month'],
  ['--tz <zone>', 'IANA time zone of the buckets'],
];
const paging: readonly (readonly [string, string])[] = [
  ['--q <text>', 'search the reason text'],
  ['--limit <rows>', 'rows a page'],
  ['--cursor <cursor>', 'go on where a page ended'],
];

/** `groupBy` → `group_by`: commander gives options in camel case, the API takes snake case. */
function parameterName(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function parameters(options: Readonly<Record<string, string | boolean>>): URLSearchParams {
  const texts = Object.entries(options).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new URLSearchParams(texts.map(([name, value]): [string, string] => [parameterName(name), value]));
}

function print(body: unknown, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  const { data, meta } = answer.parse(body);
  if (meta?.demo) process.stdout.write('DEMO: simulated decisions\n');
  const text = Array.isArray(data)
    ? formatTable(data)
    : formatTable(Object.entries(data).map(([field, value]) => ({ field, value })));
  process.stdout.write(`${text}\n`);
  if (meta?.next) process.stdout.write(`more: --cursor ${meta.next}\n`);
}

interface Question {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly options: readonly (readonly [string, string])[];
}

const questions: readonly Question[] = [
  { name: 'decisions', path: 'decisions', description: 'decisions, newest first', options: [...filters, ...paging] },
  {
    name: 'aggregate',
    path: 'aggregate',
    description: 'counts and rates over a range',
    options: [...filters, ...grouping],
  },
  {
    name: 'trends',
    path: 'trends',
    description: 'counts and rates by time',
    options: [...filters, ...grouping, ...bucketing],
  },
  { name: 'agents', path: 'agents', description: 'agents seen in a range', options: filters },
  { name: 'humans', path: 'humans', description: 'humans seen in a range', options: filters },
  { name: 'servers', path: 'servers', description: 'MCP servers seen in a range', options: filters },
  {
    name: 'coverage',
    path: 'coverage',
    description: 'how far the source is read and proven, and how blind we are',
    options: [],
  },
];

/** The questions to a running Custody, one command each. */
export function addQuestions(program: Command): void {
  for (const { name, path, description, options } of questions) {
    const command = program.command(name).description(description).option('--json', 'machine-readable');
    for (const [flags, text] of options) command.option(flags, text);
    command.action(async (given: Record<string, string | boolean>) => {
      print(await ask(path, parameters(given), process.env), given.json === true);
    });
  }
  program
    .command('why <id>')
    .description('one decision, whole: who, on whose authority, what, why')
    .option('--json', 'machine-readable')
    .action(async (id: string, { json = false }: { json?: boolean }) => {
      print(await ask(`decisions/${encodeURIComponent(id)}`, new URLSearchParams(), process.env), json);
    });
}
