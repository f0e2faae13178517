import { CustodyError, type Variables } from '@custody/runtime';
import type { Command } from 'commander';
import { z } from 'zod';
import { notedMeta, notesOf } from './answer-notes.ts';
import { ask, questionErrors } from './api-client.ts';
import { chainsView } from './chains-view.ts';
import { coverageView } from './coverage-view.ts';
import { accessChangesView, entitiesView, entityView } from './entity-views.ts';
import { follow } from './follow.ts';
import {
  bucketing,
  entityOptions,
  filters,
  following,
  grouping,
  type OptionList,
  paging,
  rowLimit,
} from './question-options.ts';
import { remediesView } from './remedies-view.ts';
import { sealsView } from './seals-view.ts';
import { formatTable } from './table.ts';
import { decisionsView, measuredView, type View } from './views.ts';
import { whyView } from './why-view.ts';

type Given = Readonly<Record<string, string | boolean>>;

const answer = z.looseObject({
  data: z.union([z.array(z.record(z.string(), z.unknown())), z.record(z.string(), z.unknown())]),
  meta: notedMeta.extend({ demo: z.boolean().optional() }),
});

/** `groupBy` → `group_by`: commander gives options in camel case, the API takes snake case. */
function parameterName(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function parameters(options: Given): URLSearchParams {
  const texts = Object.entries(options).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return new URLSearchParams(texts.map(([name, value]): [string, string] => [parameterName(name), value]));
}

function print(body: unknown, given: Given, view: View): void {
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(body, null, 2)}\n`);
    return;
  }
  const { data, meta } = answer.parse(body);
  const isWide = given.wide === true && Array.isArray(data);
  const options = { timeZone: String(given.tz ?? 'UTC'), bucket: String(given.bucket ?? 'hour') };
  const demo = meta.demo ? ['DEMO: simulated decisions'] : [];
  process.stdout.write(
    `${[...demo, isWide ? formatTable(data) : view(data, options), ...notesOf(meta, options.timeZone, given.include === 'possible')].join('\n')}\n`,
  );
}

interface Question {
  readonly name: string;
  readonly description: string;
  readonly options: OptionList;
  readonly view: View;
  /** The list may be asked for one of its members. */
  readonly one?: View;
}

const questions: readonly Question[] = [
  {
    name: 'decisions',
    description: 'decisions, newest first, or as they land',
    options: [...filters, ...paging, ...following],
    view: decisionsView,
  },
  {
    name: 'aggregate',
    description: 'counts and rates over a range',
    options: [...filters, ...grouping, ...rowLimit],
    view: measuredView,
  },
  {
    name: 'trends',
    description: 'counts and rates by time',
    options: [...filters, ...grouping, ...rowLimit, ...bucketing],
    view: measuredView,
  },
  {
    name: 'chains',
    description: 'who called which server for whom, allowed and denied apart',
    options: [...filters, ...rowLimit],
    view: chainsView,
  },
  {
    name: 'remedies',
    description: 'which one change would have removed most denials',
    options: [...filters.filter(([flags]) => !flags.startsWith('--decision')), ...rowLimit],
    view: remediesView,
  },
  {
    name: 'agents',
    description: 'agents seen in a range, or one of them',
    options: [...filters, ...paging],
    view: entitiesView,
    one: entityView,
  },
  {
    name: 'humans',
    description: 'humans seen in a range, or one of them',
    options: [...filters, ...paging],
    view: entitiesView,
    one: entityView,
  },
  {
    name: 'servers',
    description: 'MCP servers seen in a range, or one of them',
    options: [...filters, ...paging],
    view: entitiesView,
    one: entityView,
  },
  {
    name: 'coverage',
    description: 'how far the source is read and proven, and how blind we are',
    options: entityOptions.filter(([flags]) => !flags.startsWith('--tz')),
    view: coverageView,
  },
  {
    name: 'seals',
    description: 'hours that are closed: what was stored, listed and refused, newest first',
    options: [
      ...entityOptions.filter(([flags]) => !flags.startsWith('--tz')),
      ['--state <state>', 'complete, empty or incomplete'],
      ...paging,
    ],
    view: sealsView,
  },
];

function addOptions(command: Command, options: OptionList): Command {
  command.option('--json', 'everything, machine-readable');
  for (const [flags, text] of options) command.option(flags, text);
  return command;
}

function addQuestion(program: Command, variables: Variables, question: Question): void {
  const { name, description, options, view, one } = question;
  const command = addOptions(program.command(name).description(description), options);
  command.option('--wide', 'all columns');
  if (one === undefined) {
    command.action(async (given: Given) => {
      if (given.follow === true) await follow(parameters(given), given.json === true, variables);
      else print(await ask(name, parameters(given), variables), given, view);
    });
    return;
  }
  command.argument('[key]', 'key, bare id, e-mail or name of one');
  command.action(async (key: string | undefined, given: Given) => {
    const path = key === undefined ? name : `${name}/${encodeURIComponent(key)}`;
    print(await ask(path, parameters(given), variables), given, key === undefined ? view : one);
  });
}

/** The questions to a running Custody, one command each. */
export function addQuestions(program: Command, variables: Variables): void {
  for (const question of questions) addQuestion(program, variables, question);
  addOptions(
    program
      .command('why <id>')
      .description(
        'one decision, whole: who, on whose authority, what, why, what would mend it, its seal and its entry',
      ),
    [['--tz <zone>', 'IANA time zone of what is shown']],
  ).action(async (id: string, given: Given) => {
    print(await ask(`decisions/${encodeURIComponent(id)}`, new URLSearchParams(), variables), given, whyView);
  });
  addAccessChanges(program, variables);
}

/** Whose changes are asked for, by the operation that tells them. */
function subjectOf(agent: string | undefined, { agent: option, human, server }: Given): string {
  const asked = Object.entries({ agents: agent ?? option, humans: human, servers: server });
  const named = asked.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const [[kind, key] = [], ...others] = named;
  if (kind !== undefined && key !== undefined && others.length === 0) return `${kind}/${encodeURIComponent(key)}`;
  throw new CustodyError(
    questionErrors.QUESTION_REFUSED,
    named.length === 0
      ? 'Of which agent? Write custody access-changes AGENT, or --human or --server.'
      : 'Of whom? Name one: an agent, --human or --server.',
  );
}

function addAccessChanges(program: Command, variables: Variables): void {
  addOptions(
    program
      .command('access-changes [agent]')
      .description(
        'what changed in the access of an agent, a human or to a server: consents, ceilings, levels of tools, and where verdicts flipped and why',
      )
      .option('--agent <agent>', 'the agent, where it is not given as an argument')
      .option('--human <human>', 'everything under this human’s authority instead')
      .option('--server <server>', 'everything about this server instead'),
    [...entityOptions, ...rowLimit],
  ).action(async (argument: string | undefined, given: Given) => {
    const { agent: _, human: __, server: ___, ...rest } = given;
    const path = `${subjectOf(argument, given)}/access-changes`;
    print(await ask(path, parameters(rest), variables), rest, accessChangesView);
  });
}
