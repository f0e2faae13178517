/** What the reasons of an incomplete seal mean. */
const reasonTexts: Readonly<Record<string, string>> = {
  dead_letters: 'entries that could not be understood are kept as dead letters and not among the decisions',
  unreadable: 'it has seconds that the source cannot list in full',
  history_begins: 'history begins inside it',
  never_proven: 'it could not be proven while the source still had it',
  missing: 'decisions that the source listed were never found again',
  other_ids: 'as many decisions are stored as were listed, and others',
  unlisted: 'more decisions are stored than the source listed',
  deleted_at_source: 'decisions were deleted at the source before they were read',
};

/** What a seal says of itself. */
export interface SealSays {
  readonly state: string;
  readonly reasons: readonly string[];
  readonly missing: number;
  readonly deadLetters: number;
  readonly isCurrent: boolean;
}

/** Why an hour is not sealed well, in words. */
export function troubleText({ state, reasons, missing, deadLetters, isCurrent }: SealSays): string {
  if (!isCurrent) return 'changed since it was sealed, and is to be sealed again';
  const numbers: Readonly<Record<string, number>> = { missing, dead_letters: deadLetters };
  const said = reasons.map((reason) => {
    const number = numbers[reason];
    return `${reasonTexts[reason] ?? reason}${number === undefined ? '' : ` (${number})`}`;
  });
  return `${state}: ${said.join('; ') || 'no reason is recorded'}`;
}
