import { CustodyError, systemClock, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { z } from 'zod';
import { ask, call, questionErrors } from './api-client.ts';
import { formatFields, formatTable } from './table.ts';

const token = z.looseObject({
  id: z.string(),
  name: z.string(),
  scope: z.string(),
  env: z.array(z.string()).nullable(),
  server: z.array(z.string()).nullable(),
  human: z.array(z.string()).nullable(),
  hint: z.string(),
  created_at: z.string(),
  created_by: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
  revoked_at: z.string().nullable(),
});
type Token = z.infer<typeof token>;

const listed = z.looseObject({ data: z.array(token) });
const made = z.looseObject({ data: token.extend({ token: z.string() }) });
const ended = z.looseObject({ data: token });

/** Times to the minute, as tables have them. */
function minute(time: string | null): string {
  return time === null ? '' : time.slice(0, 16).replace('T', ' ');
}

function restrictionsOf({ env, server, human }: Token): string {
  const kinds = Object.entries({ env, server, human }).filter(([, values]) => values !== null);
  return kinds.map(([kind, values]) => `${kind} ${(values ?? []).join(', ')}`).join('; ') || 'none';
}

function stateOf({ revoked_at, expires_at }: Token, nowMs: number): string {
  if (revoked_at !== null) return `revoked ${minute(revoked_at)}`;
  if (expires_at === null) return 'valid';
  return Date.parse(expires_at) <= nowMs ? `expired ${minute(expires_at)}` : `until ${minute(expires_at)}`;
}

/** Tokens as a table; all times are UTC. */
export function tokensView(tokens: readonly Token[], nowMs: number): string {
  return formatTable(
    tokens.map((one) => ({
      id: one.id,
      name: one.name,
      scope: one.scope,
      restricted: restrictionsOf(one),
      'ends in': `…${one.hint}`,
      'made (UTC)': minute(one.created_at),
      by: one.created_by,
      'last used (UTC)': minute(one.last_used_at),
      state: stateOf(one, nowMs),
    })),
  );
}

function print(body: unknown, json: boolean, text: () => string): void {
  process.stdout.write(`${json ? JSON.stringify(body, null, 2) : text()}\n`);
}

interface CreateOptions {
  readonly name: string;
  readonly scope: string;
  readonly env?: string[];
  readonly server?: string[];
  readonly human?: string[];
  readonly expires?: string;
  readonly json?: boolean;
}

async function createToken({ json = false, ...request }: CreateOptions, variables: Variables): Promise<void> {
  const body = await call({ method: 'POST', path: 'tokens', body: request }, variables);
  const { data } = made.parse(body);
  print(body, json, () =>
    [
      formatFields({
        id: data.id,
        name: data.name,
        scope: data.scope,
        restricted: restrictionsOf(data),
        expires: minute(data.expires_at) || 'never',
        token: data.token,
      }),
      'It is shown this once: keep it where only its holder reads it, and give it to the commands as CUSTODY_TOKEN.',
    ].join('\n'),
  );
}

/** The token that an id, the beginning of one, or a name means. */
async function findToken(meant: string, variables: Variables): Promise<Token> {
  const { data } = listed.parse(await ask('tokens', new URLSearchParams(), variables));
  const valid = data.filter(({ revoked_at }) => revoked_at === null);
  const named = valid.filter(({ id, name }) => id === meant || name === meant);
  const found = named.length > 0 ? named : valid.filter(({ id }) => meant.length >= 4 && id.startsWith(meant));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  const fault = one === undefined ? 'No token' : `${found.length} tokens`;
  throw new CustodyError(questionErrors.QUESTION_REFUSED, `${fault} to revoke by ${JSON.stringify(meant)}.`, {
    remedy: 'Give an id, or the name of one that is not revoked; `custody token list` shows both.',
  });
}

const several = (text: string, before: string[] = []) => [
  ...before,
  ...text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== ''),
];

/** Tokens of the API: who may ask, and what they see. They speak to a running Custody, as somebody with scope admin. */
export function addApiTokens(program: Command, variables: Variables): void {
  program
    .command('create')
    .description('make a token of the API, shown once')
    .requiredOption('--name <name>', 'what it is for; the audit names it')
    .requiredOption('--scope <scope>', 'read, export, operate or admin; each may do what those before it may')
    .option('--env <env>', 'only these environments, by id or name; here and below several with commas', several)
    .option('--server <server>', 'only these MCP servers', several)
    .option('--human <human>', 'only what is surely these humans’, by key, bare id, e-mail or name', several)
    .option('--expires <when>', '12h, 90d, 2027-01-31; never where it is left out')
    .option('--json', 'machine-readable')
    .action((options: CreateOptions) => createToken(options, variables));
  program
    .command('list')
    .description('tokens that were ever made: restrictions, last use, and whether they are valid')
    .option('--json', 'machine-readable')
    .action(async ({ json = false }: { json?: boolean }) => {
      const body = await ask('tokens', new URLSearchParams(), variables);
      print(body, json, () => tokensView(listed.parse(body).data, systemClock.now()));
    });
  program
    .command('revoke <token>')
    .description('end a token for ever, by its id, the beginning of it, or its name')
    .option('--json', 'machine-readable')
    .action(async (meant: string, { json = false }: { json?: boolean }) => {
      const { id } = await findToken(meant, variables);
      const body = await call({ method: 'DELETE', path: `tokens/${id}` }, variables);
      const { data } = ended.parse(body);
      print(body, json, () => `${data.name} (${data.id}) is revoked: within five seconds nobody answers it any more.`);
    });
}
