/** Sums of decisions; those of parts add up to those of the whole, as rates do not. */
export interface Counts {
  readonly decisions: number;
  readonly denials: number;
  /** The source does not say how it decided these. */
  readonly undecided: number;
}

/** The measures that counts are made of. */
export const countMeasures = 'decisions,denials,undecided';

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

/** The counts that a row of measures tells; 0 what it does not. */
export function countsOf(row: object): Counts {
  const { decisions, denials, undecided }: { [Name in keyof Counts]?: unknown } = row;
  return { decisions: number(decisions), denials: number(denials), undecided: number(undecided) };
}

export function totalOf(all: readonly Counts[]): Counts {
  const sum = (name: keyof Counts) => all.reduce((total, counts) => total + counts[name], 0);
  return { decisions: sum('decisions'), denials: sum('denials'), undecided: sum('undecided') };
}

/** The share of denials among what the source decided, as the API's `deny_rate` has it; `null` where it decided nothing. */
export function denyRate({ decisions, denials, undecided }: Counts): number | null {
  return decisions === undecided ? null : denials / (decisions - undecided);
}
