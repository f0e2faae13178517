import { type Severity, secondMs, severities, toldKinds } from '@custody/decision';
import type { DeniedCell, JudgedTransition } from '@custody/detect';
import { type Clock, CustodyError } from '@custody/runtime';
import { briefExplanation } from '../explain/brief-explanation.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { TickStore } from '../tick/tick-store.ts';

/** So long of a tick goes into reasons: whoever is told that everything is refused does not wait for them. */
const explainingMs = 4 * secondMs;
/** So many steps of one tick are explained out of the store, however fast it is. */
const mostExplained = 50;

export interface ExplainingParts {
  readonly store: Pick<TickStore, 'explain'>;
  readonly clock: Clock;
}

/** A step that is to be explained. */
export interface Unexplained {
  readonly judged: JudgedTransition;
  /** Somebody is told of it. */
  readonly isTold: boolean;
}

export interface Explained {
  readonly explanation: Explanation;
  readonly isBrief: boolean;
}

/** Which one somebody wants to have explained most: what is told, the most severe, and what most else is told with. */
function byUrgency(a: Unexplained, b: Unexplained): number {
  const rank = (severity: Severity) => severities.indexOf(severity);
  return (
    Number(b.isTold) - Number(a.isTold) ||
    rank(b.judged.severity) - rank(a.judged.severity) ||
    b.judged.members.length - a.judged.members.length
  );
}

/** Whether anybody may be told of a step of the kind. */
export function isOfToldKind({ kind }: JudgedTransition): boolean {
  return toldKinds.includes(kind);
}

/**
 * Explains steps, by what the look knew where the store would take too long, or cannot say. `deniedOf`: denials of an
 * environment as the look had them. Throws what is no failure of the store, and `STORE_*` once the signal has aborted.
 */
export async function explainAll(
  { store, clock }: ExplainingParts,
  steps: readonly Unexplained[],
  deniedOf: (envId: string) => readonly DeniedCell[],
  signal: AbortSignal,
): Promise<(step: JudgedTransition) => Explained> {
  const over = new AbortController();
  const end = () => over.abort();
  void clock.sleep(explainingMs, over.signal).then(end);
  const either = AbortSignal.any([signal, over.signal]);
  const read = new Map<JudgedTransition, Explanation>();
  for (const { judged } of steps.toSorted(byUrgency)) {
    const isEnough = over.signal.aborted || read.size >= mostExplained;
    const explanation = isEnough ? null : await explain(store, judged, signal, either);
    // What the store could not say of one it will hardly say of the next.
    if (explanation === null) break;
    read.set(judged, explanation);
  }
  end();
  return (step) => {
    const whole = read.get(step);
    const explanation = whole ?? briefExplanation(step.finding, deniedOf(step.subject.envId));
    return { explanation, isBrief: whole === undefined };
  };
}

async function explain(
  store: ExplainingParts['store'],
  { finding }: JudgedTransition,
  signal: AbortSignal,
  either: AbortSignal,
): Promise<Explanation | null> {
  try {
    return await store.explain(finding, either);
  } catch (error) {
    if (signal.aborted || !(error instanceof CustodyError)) throw error;
    return null;
  }
}
