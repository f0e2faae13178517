/**
 * The HTTP API over the store: decisions, counts, trends, entities and coverage, with what is proven of each answer.
 * Promises: whatever a caller sends reaches SQL as a bound value or not at all, every statement is bounded, every failure is
 * a problem document with a stable code, and a name that fits several is never guessed. It writes nothing, and knows
 * neither the log nor Permit.
 */
export { type AppParts, createApp } from './app.ts';
export { queryVariables } from './config.ts';
export { queryErrors } from './errors.ts';
export { runQuery } from './main.ts';
export { runBacktest } from './rules/run-backtest.ts';
