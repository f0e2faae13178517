import {
  digestOf,
  type EnvironmentInput,
  type HeldAlert,
  type JudgedTransition,
  type JudgeInput,
  judge,
  type RuleSet,
} from '@custody/detect';
import { judgePast, judgeSettled, type PastInput, type SettleInput } from './judge-past.ts';

/** All that a judgement rests on, and what came of it: the same comes of it again, at any time. */
export type JudgedLook = { readonly ruleSet: RuleSet; readonly transitions: readonly JudgedTransition[] } & (
  | { readonly type: 'now'; readonly input: JudgeInput }
  | { readonly type: 'past'; readonly input: PastInput }
  | { readonly type: 'settled'; readonly input: SettleInput }
);

/** Judges again. Pure. */
export function judgeAgain(look: JudgedLook): readonly JudgedTransition[] {
  if (look.type === 'now') return judge(look.ruleSet, look.input).transitions;
  if (look.type === 'past') return judgePast(look.ruleSet, look.input).transitions;
  return judgeSettled(look.ruleSet, look.input).transitions;
}

/** Whether two judgements are the same to the last field. */
export function isSame(one: readonly JudgedTransition[], other: readonly JudgedTransition[]): boolean {
  return digestOf(one) === digestOf(other);
}

interface Concerned {
  /** Series, by kind and key. */
  readonly names: ReadonlySet<string>;
  readonly agents: ReadonlySet<string>;
}

function concernedIn(envId: string, held: readonly HeldAlert[]): Concerned {
  const subjects = held.map(({ alert }) => alert.subject).filter((subject) => subject.envId === envId);
  const names = new Set(subjects.map(({ kind, key }) => `${kind} ${key}`));
  const agents = subjects.flatMap(({ kind, key }) =>
    kind === 'agent' || kind === 'pair' ? [key.split(' → ')[0] ?? ''] : [],
  );
  return { names, agents: new Set(agents) };
}

function narrowed(environment: EnvironmentInput, held: readonly HeldAlert[]): EnvironmentInput {
  const { names, agents } = concernedIn(environment.envId, held);
  const ofAgent = ({ agentKey }: { readonly agentKey: string }) => agents.has(agentKey);
  return {
    ...environment,
    series: environment.series.filter(({ kind, key }) => names.has(`${kind} ${key}`)),
    deniedTools: environment.deniedTools.filter(ofAgent),
    agentCalls: environment.agentCalls.filter(ofAgent),
    pairs: environment.pairs.filter(({ agentKey }) => agents.has(agentKey)),
    rates: environment.rates.filter(({ subject: { kind, key } }) => names.has(`${kind} ${key}`)),
    awake: environment.awake.filter(ofAgent),
    denied: environment.denied ?? [],
  };
}

/**
 * The look with no more than what it found, or had open, rests on. Of what quiet series count nothing is needed: where the
 * same does not come of it, which the judging itself has to say, all is kept.
 */
export function concise(look: JudgedLook, held: readonly HeldAlert[]): JudgedLook {
  const environments = look.input.environments.map((environment) => narrowed(environment, held));
  const short = { ...look, input: { ...look.input, environments } } as JudgedLook;
  return isSame(judgeAgain(short), look.transitions) ? short : look;
}
