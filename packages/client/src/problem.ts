import type { components } from './generated/api.ts';

/** RFC 9457, as the API answers it; `code` is stable. */
export type Problem = components['schemas']['Problem'];

/** An answer that is none, thrown where there is nothing to return. */
export class CustodyApiError extends Error {
  override readonly name = 'CustodyApiError';
  readonly status: number;
  /** `null` where something else than Custody answered. */
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null) {
    super(problem === null ? `HTTP ${status}` : `${problem.code}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
  }
}

/** The problem that a response tells. */
export async function problemOf(response: Response): Promise<CustodyApiError> {
  const body: unknown = await response.json().catch(() => null);
  const isProblem = typeof body === 'object' && body !== null && 'code' in body;
  return new CustodyApiError(response.status, isProblem ? (body as Problem) : null);
}
