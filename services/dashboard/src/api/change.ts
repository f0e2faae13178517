import { type Failure, failureOf } from './use-answer.ts';

type Told = Promise<{ error?: unknown; response: Response }>;

/** Nobody sends a change a second time by itself. */
const unanswered = 'Look whether it was done, and try again where it was not.';

/** Why something was not changed, or `null`. */
export async function failureOfChange(told: Told): Promise<Failure | null> {
  try {
    const { error, response } = await told;
    return response.ok ? null : failureOf(error, response.status, unanswered);
  } catch (error) {
    return failureOf(error, 0, unanswered);
  }
}

/** What is to be said of a change; `''` where it was made. */
export function faultText(failure: Failure | null): string {
  return failure === null ? '' : `${failure.detail} ${failure.remedy}`;
}
