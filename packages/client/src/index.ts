/**
 * A client of Custody's HTTP API for programs in TypeScript. Its types are made from the API's own document and checked
 * against it; the runtime is a thin one over `fetch`. Promises: what compiles is a request that the API knows, an answer has
 * the type that the document gives it, and who follows decisions is told each landing whatever happens to the connection.
 * It imports nothing of Custody's other packages and nothing of Node, so that it can be taken along, into browsers too.
 */
export { type CustodyClient, type CustodyClientOptions, createCustodyClient } from './create-client.ts';
export { type FollowedDecision, type FollowNote, type FollowOptions, followDecisions } from './follow-decisions.ts';
export type { components, operations, paths } from './generated/api.ts';
export { CustodyApiError, type Problem } from './problem.ts';
