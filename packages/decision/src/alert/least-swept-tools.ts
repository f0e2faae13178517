/** An agent that is denied fewer distinct tools in five minutes sweeps over none, whatever is usual for it. */
export const leastSweptTools = 4;
