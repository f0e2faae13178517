/** Codes with which the simulator refuses what it is given. */
export type SimulatorErrorCode =
  | 'SIMULATOR_ENTRY_INVALID'
  | 'SIMULATOR_FACTS_INVALID'
  | 'SIMULATOR_FAULTS_INVALID'
  | 'SIMULATOR_FILE_UNREADABLE'
  | 'SIMULATOR_SWITCH_INVALID';

export interface SimulatorErrorOptions extends ErrorOptions {
  /** Everything that is wrong, one by one; default the message alone. */
  readonly details?: readonly string[];
}

/** What was wrong with what was given, where, and what would be right. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;
  readonly details: readonly string[];

  constructor(code: SimulatorErrorCode, message: string, options: SimulatorErrorOptions = {}) {
    super(message, options);
    this.name = 'SimulatorError';
    this.code = code;
    this.details = options.details ?? [message];
  }
}
