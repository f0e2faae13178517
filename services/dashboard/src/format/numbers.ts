const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** Every digit, in threes. */
export function exact(count: number): string {
  return whole.format(count);
}

/** As much as can be taken in at a glance; every digit up to 99,999. */
export function brief(count: number): string {
  return Math.abs(count) < 100_000 ? exact(count) : short.format(count);
}

/** A share of one in percent, with a digit more where it is small; `–` where there is none. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return '–';
  const value = share * 100;
  return `${value.toFixed(value !== 0 && value < 10 ? 2 : 1)} %`;
}

/** How much more or less than before, in percent of before; `null` where that says nothing. */
export function change(now: number, before: number): number | null {
  return before === 0 ? null : (now - before) / before;
}

/** With a sign, for a change. */
export function signedPercent(share: number): string {
  const value = share * 100;
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(digits)} %`;
}

/** `1 decision`, `2 decisions`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${exact(count)} ${count === 1 ? one : many}`;
}
