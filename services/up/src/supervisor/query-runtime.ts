/**
 * How the query service's runtime keeps house: what an answer is made of lives as long as the answer. A young generation of the
 * default size grows with the load, and what is resident with it.
 */
export const queryRuntime: readonly string[] = ['--max-semi-space-size=4', '--max-old-space-size=192'];
