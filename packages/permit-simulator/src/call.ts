/** One call that somebody makes, before the policy has judged it. */
export interface Call {
  /** Unix time in microseconds. */
  readonly micros: number;
  readonly userKey: string;
  /** Subject of the human who is really behind it; null where there is none. */
  readonly subject: string | null;
  /** Resource type. */
  readonly type: string;
  readonly action: string;
}
