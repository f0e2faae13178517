/** Options of the questions, by the API's parameter names. */
export type OptionList = readonly (readonly [flags: string, text: string])[];

export const entityOptions: OptionList = [
  ['--from <time>', 'start, e.g. -24h, today, 2026-11-01T00:00:00Z'],
  ['--to <time>', 'end, exclusive'],
  ['--env <env>', 'environment, by id or key'],
  ['--tz <zone>', 'IANA time zone of days, buckets and what is shown'],
];

export const filters: OptionList = [
  ...entityOptions,
  ['--agent <agent>', 'by key, bare id or name; several with commas; !x is "not", x* is "starts with"'],
  ['--human <human>', 'by key, bare id, e-mail or name'],
  ['--server <server>', 'MCP server'],
  ['--tool <tool>', 'tool'],
  ['--decision <decision>', 'allow, deny or unknown'],
  ['--reason-code <code>', 'why it was denied'],
  ['--attribution <certainty>', 'exact, inferred, ambiguous, unknown or none'],
  ['--trust-level <level>', 'low, medium or high'],
  ['--q <text>', 'search the reason text'],
  ['--include <what>', 'possible: with --human also what may be theirs'],
];

export const grouping: OptionList = [
  [
    '--measures <names>',
    'decisions, denials, undecided, deny_rate, agents, humans, servers, tools, first_seen, last_seen',
  ],
  [
    '--group-by <names>',
    'env, agent, human, server, tool, decision, reason_code, attribution, trust_level, hour_of_day, day_of_week',
  ],
  ['--order <order>', 'measure or group to order by, -name for descending'],
  ['--top <groups>', 'the first groups only'],
  ['--other <row>', 'row: with --top also all other groups as one'],
  ['--compare <range>', 'previous or last_week: the same measures of that range beside'],
];

export const bucketing: OptionList = [['--bucket <size>', 'minute, 5m, 15m, hour, day, week or month']];

export const rowLimit: OptionList = [['--limit <rows>', 'most rows']];

export const following: OptionList = [
  [
    '--follow',
    'go on with decisions as they land, late and corrected ones too, until Ctrl-C; --json prints one a line',
  ],
];

export const paging: OptionList = [...rowLimit, ['--cursor <cursor>', 'go on where a page ended']];
