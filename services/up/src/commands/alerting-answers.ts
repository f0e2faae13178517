import { CustodyError, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { z } from 'zod';
import { notedMeta, notesOf } from './answer-notes.ts';
import { ask, questionErrors } from './api-client.ts';
import type { OptionList } from './question-options.ts';
import type { View } from './views.ts';

/** What a command was given. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

const listed = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) });
const answered = z.looseObject({
  data: z.unknown(),
  meta: z.looseObject({ demo: z.boolean().optional() }),
});

/** Options as parameters of a question. */
export function parameters(given: Given): URLSearchParams {
  const texts = Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new URLSearchParams(texts);
}

/** Prints an answer as JSON or as a person reads it, with what its reader must not miss. */
export function print(body: unknown, given: Given, view: View): void {
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  const { data, meta } = answered.parse(body);
  const timeZone = String(given.tz ?? 'UTC');
  const notes = notedMeta.safeParse(meta);
  const lines = [
    ...(meta.demo ? ['DEMO: simulated decisions'] : []),
    view(data, { timeZone, bucket: 'hour' }),
    ...(notes.success ? notesOf(notes.data, timeZone) : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const uuid = /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/** The id that its beginning means, among those that a list has. Throws `QUESTION_REFUSED`. */
export async function wholeId(meant: string, what: 'alert' | 'silence', variables: Variables): Promise<string> {
  if (uuid.test(meant)) return meant;
  const query = new URLSearchParams({ from: '-90d', limit: '1000' });
  const { data } = listed.parse(await ask(`${what}s`, query, variables));
  const found = data.filter(({ id }) => meant.length >= 4 && id.startsWith(meant.toLowerCase()));
  const [one] = found;
  if (one !== undefined && found.length === 1) return one.id;
  const fault = one === undefined ? `No ${what}` : `${found.length} ${what}s`;
  throw new CustodyError(
    questionErrors.QUESTION_REFUSED,
    `${fault} of the last 90 days begin with ${JSON.stringify(meant)}.`,
    {
      remedy: `Give four characters of the id or more; \`custody ${what === 'alert' ? 'alerts' : 'silence list'}\` shows them.`,
    },
  );
}

/** Adds `--json` and what else there is. */
export function addOptions(command: Command, options: OptionList): Command {
  command.option('--json', 'everything, machine-readable');
  for (const [flags, text] of options) command.option(flags, text);
  return command;
}
