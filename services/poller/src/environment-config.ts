const daySeconds = 86_400;

/** The least and the most of each setting, wherever it is written. */
export const bounds = {
  requestsPerMinute: [1, 1_000_000],
  pollSeconds: [1, 3_600],
  latenessSeconds: [1, daySeconds],
  lookbackDays: [0, 3_650],
  factsSeconds: [1, daySeconds],
} as const;

/** One environment to read, and how. */
export interface EnvironmentConfig {
  /** What it is called in messages: its name, or where it is configured. */
  readonly label: string;
  /** As configured, for log lines and metrics; `null`: Permit's name is taken. */
  readonly name: string | null;
  readonly apiUrl: string;
  readonly apiKey: string;
  /** The variable that holds the key; `null` where a file does. Nobody but the poller has business with it. */
  readonly keyVariable: string | null;
  readonly project: string | undefined;
  readonly environment: string | undefined;
  readonly requestsPerMinute: number;
  readonly pollSeconds: number;
  /** How late an entry may still appear at the source. */
  readonly latenessSeconds: number;
  readonly lookbackDays: number;
  readonly factsSeconds: number;
  /** How long after its closing a window is asked for its count again, milliseconds, ascending. */
  readonly verifyAfterMs: readonly number[];
}
