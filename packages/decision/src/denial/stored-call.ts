/** What an explanation looks at: the columns of a row of `custody.decisions`, as they are named and typed there. */
export interface StoredCall {
  /** `allow`, `deny` or `unknown`. */
  readonly decision: string;
  readonly reason: string;
  readonly reason_code: string;
  readonly tenant: string;
  readonly agent_key: string;
  readonly agent_name: string;
  readonly human_key: string;
  readonly human_name: string;
  readonly human_candidates: readonly string[];
  readonly attribution: string;
  readonly server: string;
  readonly resource: string;
  readonly tool: string;
  /** The consent's level; `''` where none is known, likewise below. */
  readonly trust_level: string;
  readonly ceiling_level: string;
  readonly required_level: string;
}
