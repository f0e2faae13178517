import { secondMs } from '@custody/decision';
import { CustodyError, exitCodes, systemClock, type Variables } from '@custody/runtime';
import { type BackfillEvent, runBackfill } from '../backfill/backfill.ts';
import { backfillRange } from '../backfill/backfill-range.ts';
import { eventText, resultText } from '../backfill/backfill-text.ts';
import { backfillErrors } from '../backfill/errors.ts';
import { interruption } from './interruption.ts';
import { connectPipelineLog } from './pipeline-log.ts';

export interface BackfillArguments {
  readonly from: string;
  readonly to: string;
  readonly env?: string;
  readonly again?: boolean;
  readonly json?: boolean;
}

const plainEveryMs = 10 * secondMs;

/** Prints events: as JSON lines, on a terminal with one line that moves, in a pipe with a line now and then. */
function printer(json: boolean): (event: BackfillEvent) => void {
  const isTerminal = process.stderr.isTTY === true && !json;
  let saidAtMs = Number.NEGATIVE_INFINITY;
  let said = '';
  return (event) => {
    if (event.event === 'progress' && !isTerminal) {
      const key = `${event.hours_read}`;
      const isDue = systemClock.now() - saidAtMs >= plainEveryMs || event.hours_left === 0;
      if (key === said || !isDue) return;
      saidAtMs = systemClock.now();
      said = key;
    }
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else if (!isTerminal) process.stderr.write(`${eventText(event)}\n`);
    else process.stderr.write(`\r\u001b[K${eventText(event)}${event.event === 'progress' ? '' : '\n'}`);
  };
}

/** Has the poller read a range again, and shows how far it is. Resolves with the exit code. Throws `BACKFILL_*`. */
export async function runBackfillCommand(variables: Variables, given: BackfillArguments): Promise<number> {
  const { from, to, env, again = false, json = false } = given;
  const range = backfillRange({ from, to }, systemClock.now());
  const absent = (directory: string) =>
    new CustodyError(backfillErrors.BACKFILL_NO_POLLER, `There is no log in ${directory}.`);
  const log = await connectPipelineLog(variables, 'backfill', absent);
  using interrupted = interruption();
  const { signal } = interrupted;
  try {
    const result = await runBackfill({ log, clock: systemClock, range, env, again, signal, onEvent: printer(json) });
    if (process.stderr.isTTY && !json) process.stderr.write('\n');
    process.stdout.write(`${json ? JSON.stringify({ event: 'result', ...result }) : resultText(result)}\n`);
    if (result.outcome === 'interrupted') return exitCodes.interrupted;
    return result.unreadable_seconds > 0 ? exitCodes.failed : exitCodes.ok;
  } finally {
    await log.close();
  }
}
