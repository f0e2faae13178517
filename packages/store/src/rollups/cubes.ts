/** How long the stretches of time are that rows of a rollup count. */
export type Level = 'five_minutes' | 'quarter' | 'hour' | 'day' | 'month';

/** What rollups are grouped by: columns of `custody_internal.decisions`, of the same name and type. */
export type CubeColumn =
  | 'agent_key'
  | 'human_key'
  | 'human_candidates'
  | 'attribution'
  | 'trust_level'
  | 'server'
  | 'tool'
  | 'decision'
  | 'reason_code';

/** One table of rollups. */
export interface Cube {
  readonly name: 'verdicts' | 'tools' | 'principals' | 'denials' | 'calls';
  readonly table: string;
  readonly columns: readonly CubeColumn[];
  /** The finest first: its rows are summed up from decisions, those of each other level from the one before it. */
  readonly levels: readonly [Level, ...Level[]];
  /** Which decisions it counts, in SQL; `''` for all. */
  readonly condition: string;
}

/** All that rollups are grouped by. */
export const cubeColumns = [
  'agent_key',
  'human_key',
  'human_candidates',
  'attribution',
  'trust_level',
  'server',
  'tool',
  'decision',
  'reason_code',
] as const satisfies readonly CubeColumn[];

/** From the smallest to the largest: whoever looks for one that has what is asked takes the first that does. */
export const cubes: readonly Cube[] = [
  {
    name: 'verdicts',
    table: 'custody_internal.rollup_verdicts',
    columns: ['decision', 'reason_code'],
    levels: ['quarter', 'day', 'month'],
    condition: '',
  },
  {
    name: 'tools',
    table: 'custody_internal.rollup_tools',
    columns: ['server', 'tool', 'decision'],
    levels: ['quarter', 'day', 'month'],
    condition: '',
  },
  {
    name: 'principals',
    table: 'custody_internal.rollup_principals',
    columns: ['agent_key', 'human_key', 'attribution', 'decision'],
    levels: ['quarter', 'day', 'month'],
    condition: '',
  },
  {
    name: 'denials',
    table: 'custody_internal.rollup_denials',
    columns: cubeColumns,
    levels: ['five_minutes'],
    condition: `decision = 'deny'`,
  },
  {
    name: 'calls',
    table: 'custody_internal.rollup_calls',
    columns: cubeColumns,
    levels: ['hour', 'day', 'month'],
    condition: '',
  },
];

/** The start of the stretch that an instant lies in, UTC, as a `DateTime`. */
export const levelStart: Readonly<Record<Level, (instant: string) => string>> = {
  five_minutes: (instant) => `toDateTime(toStartOfFiveMinutes(${instant}), 'UTC')`,
  quarter: (instant) => `toDateTime(toStartOfFifteenMinutes(${instant}), 'UTC')`,
  hour: (instant) => `toDateTime(toStartOfHour(${instant}), 'UTC')`,
  day: (instant) => `toDateTime(toStartOfDay(${instant}), 'UTC')`,
  month: (instant) => `toDateTime(toStartOfMonth(${instant}), 'UTC')`,
};
