import type { CustodyError } from '@custody/runtime';

/** One broker of a cluster, wherever it runs. */
export interface BrokerNode {
  /** From 1. */
  readonly id: number;
  /** `host:port` for clients, the same for its life. */
  readonly address: string;
  readonly isRunning: boolean;
  readonly pid: number | null;
  /** Resolves when it runs, which is before it serves. */
  launch(): Promise<void>;
  /** Resolves when what was launched last is gone, whatever the reason. */
  untilGone(): Promise<void>;
  /** Resolves when it is gone. Sent to one that is down, it changes nothing. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** The error of a node that failed to come up, with what it said. */
  failure(what: string): CustodyError;
}
