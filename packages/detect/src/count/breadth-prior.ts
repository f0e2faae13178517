import { type Breadth, mostTools, mostToolsTold } from './breadth.ts';

/** How wide one agent is denied, as chances: a further tool after so many, in the same five minutes. */
interface Agent {
  /** Of one more than n tools where there are n, by n, and what is left, as logarithms. */
  readonly logNext: readonly number[];
  readonly logEnd: readonly number[];
  /** ln P(at least n tools), by n, down to where it does not matter. */
  readonly logTail: readonly number[];
}

/** What the agents of an environment are like, each a possibility for one of which little is known. */
export interface BreadthPrior {
  readonly agents: readonly Agent[];
  /** The chance of one more tool by how many there are, of all of them together. */
  readonly steps: readonly number[];
  /** What the broadest five minutes of 95 of 100 agents do not exceed; 0 of few agents. */
  readonly mostOfMost: number;
}

/** Assumed before anything is known: one bucket in fifty has a denial, one of ten of those a second tool, and so on. */
const [assumedDenied, assumedNext] = [0.02, 0.1];
/** What has never been seen follows the step before, and is no likelier than this. */
const mostUnseen = 0.3;
/** Buckets that an agent needs to weigh half as much as one that is known well. */
const bucketsThatTell = 5;
/** Agents that tell no more than others: how many buckets of an agent what all have in common weighs. */
const commonWeight = 1;
/** Of one agent's past no more denied buckets count: one often is as the one before, and says nothing new. */
const mostEvidence = 100;
const mostShare = 0.95;
const fewAgents = 10;
/** Buckets that would be expected of all that were watched: fewer are no chance. */
const allButImpossible = 0.01;
const leastLog = Math.log(1e-18);
/** A possibility that is so much less likely than another is none. */
const leastWeight = 1e-15;

/** How many buckets had at least n tools, by n, from all that were watched on. */
function atLeast({ watchedBuckets, buckets }: Breadth): number[] {
  const sums = new Array<number>(buckets.length + 1).fill(0);
  for (let tools = buckets.length - 1; tools > 0; tools -= 1)
    sums[tools] = (sums[tools + 1] ?? 0) + (buckets[tools] ?? 0);
  sums[0] = Math.max(watchedBuckets, sums[1] ?? 0);
  return sums;
}

/**
 * The chance of one more tool by how many there are, of all agents together, none of which weighs much more than others. The
 * widest come first.
 */
function commonSteps(widestFirst: readonly number[][]): number[] {
  const steps: number[] = [];
  for (let tools = 0; tools < mostToolsTold; tools += 1) {
    const before = steps[tools - 1] ?? 0;
    const assumed = tools === 0 ? assumedDenied : tools === 1 ? assumedNext : Math.min(before, mostUnseen);
    let [more, all] = [assumed, 1];
    for (const sums of widestFirst) {
      if (sums.length <= tools) break;
      const reached = sums[tools] ?? 0;
      more += (sums[tools + 1] ?? 0) / (reached + bucketsThatTell);
      all += reached / (reached + bucketsThatTell);
    }
    steps.push(more / all);
  }
  return steps;
}

/**
 * An agent's own chances, drawn to what all have in common by as little as a bucket weighs. Where it has seldom gone one step it
 * is not taken to go the next more easily, however others do.
 */
function agentOf(sums: readonly number[], common: readonly number[]): Agent {
  const [logNext, logEnd, logTail]: [number[], number[], number[]] = [[], [], [0]];
  let step = 1;
  for (let tools = 0; tools < common.length; tools += 1) {
    const usual = common[tools] ?? 0;
    const expected = tools > 1 ? Math.min(usual, step) : usual;
    const [reached, more] = [sums[tools] ?? 0, sums[tools + 1] ?? 0];
    step = Math.min(0.999, (more + commonWeight * expected) / (reached + commonWeight));
    logNext.push(Math.log(step));
    logEnd.push(Math.log1p(-step));
    const last = logTail[tools] ?? 0;
    logTail.push(last + Math.log(step));
    if (last < leastLog && tools >= sums.length) break;
  }
  return { logNext, logEnd, logTail };
}

interface Common {
  readonly steps: readonly number[];
  readonly agents: readonly Agent[];
}

function commonOf(widestFirst: readonly number[][]): Common {
  const steps = commonSteps(widestFirst);
  // Beside all that are known stands one that is like none of them.
  return { steps, agents: [[], ...widestFirst].map((sums) => agentOf(sums, steps)) };
}

/** How many buckets of all that were watched one without a past would be expected to have with at least so many tools. */
function expectedBuckets(tools: number, { agents }: Common, watchedBuckets: number): number {
  const chances = agents.reduce((sum, { logTail }) => sum + Math.exp(logTail[tools] ?? Number.NEGATIVE_INFINITY), 0);
  return (watchedBuckets * chances) / agents.length;
}

/**
 * What agents are like that some time is known of. One in a hundred is left out where the others make its widest buckets all but
 * impossible: an incident before anybody watched must not make the next one look usual.
 */
export function breadthPriorOf(breadths: readonly Breadth[]): BreadthPrior {
  const widest = breadths.map((one) => ({ sums: atLeast(one), most: mostTools(one) })).sort((a, b) => b.most - a.most);
  const mostOfMost = widest.length < fewAgents ? 0 : (widest[Math.floor((1 - mostShare) * widest.length)]?.most ?? 0);
  const watched = breadths.reduce((sum, { watchedBuckets }) => sum + watchedBuckets, 0);
  const mostLeftOut = widest.length < fewAgents ? 0 : Math.ceil(widest.length / 100);
  const known = widest.map(({ sums }) => sums.slice(0, sums.findLastIndex((count) => count > 0) + 1));
  known.sort((a, b) => b.length - a.length);
  let common = commonOf(known);
  for (let out = 1; out <= mostLeftOut; out += 1) {
    const without = commonOf(known.slice(out));
    if (expectedBuckets(widest[out - 1]?.most ?? 0, without, watched) >= allButImpossible) break;
    common = without;
  }
  return { ...common, mostOfMost };
}

/** How well an agent's past fits that of another. */
function logFit(sums: readonly number[], { logNext, logEnd }: Agent): number {
  let fit = 0;
  for (let tools = 0; (sums[tools] ?? 0) > 0; tools += 1) {
    const [reached, more] = [sums[tools] ?? 0, sums[tools + 1] ?? 0];
    const step = Math.min(tools, logNext.length - 1);
    fit += more * (logNext[step] ?? 0) + (reached - more) * (logEnd[step] ?? 0);
  }
  return fit;
}

/**
 * ln P(at least n distinct denied tools in five minutes) of an agent, by n, down to where it does not matter. Empirical Bayes:
 * each known agent is a possibility for what this one is like, the likelier the better its past fits, and so is its own past. Of
 * one without a past all are alike; one with a long past is like itself.
 */
export function logTailOfTools(own: Breadth, { agents: others, steps }: BreadthPrior): number[] {
  const sums = atLeast(own);
  const agents = [agentOf(sums, steps), ...others];
  const evidence = Math.min(1, mostEvidence / Math.max(1, sums[1] ?? 0));
  const fits = agents.map((agent) => evidence * logFit(sums, agent));
  const best = fits.reduce((most, fit) => Math.max(most, fit), Number.NEGATIVE_INFINITY);
  const tail: number[] = [];
  let total = 0;
  agents.forEach(({ logTail }, index) => {
    const weight = Math.exp((fits[index] ?? 0) - best);
    if (weight < leastWeight) return;
    total += weight;
    logTail.forEach((log, tools) => {
      tail[tools] = (tail[tools] ?? 0) + weight * Math.exp(log);
    });
  });
  return tail.map((chance) => Math.log(chance / total));
}
