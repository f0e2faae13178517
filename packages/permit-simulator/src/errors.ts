/** Codes with which the simulator refuses what it is given. */
export type SimulatorErrorCode =
  | 'SIMULATOR_ENTRY_INVALID'
  | 'SIMULATOR_FACTS_INVALID'
  | 'SIMULATOR_FAULTS_INVALID'
  | 'SIMULATOR_FILE_UNREADABLE';

/** What was wrong with what was given, where, and what would be right. */
export class SimulatorError extends Error {
  readonly code: SimulatorErrorCode;

  constructor(code: SimulatorErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SimulatorError';
    this.code = code;
  }
}
