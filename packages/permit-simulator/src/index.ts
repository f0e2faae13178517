/**
 * A Permit API with believable traffic, for demonstrations and as an oracle for tests. It imports nothing of Custody.
 *
 * It promises that everything served is a pure function of (seed, anchor) and the moment asked for: after a restart
 * with the same two, the same entries have happened, also while it was off. Decisions follow min(consent, ceiling) at
 * their moment. Limits, error bodies and list forms are the documented ones; what is not documented can be had in
 * each variant. Faults are off until they are switched on, and strike the same requests for the same seed.
 *
 * It does not write: consents and ceilings change by themselves. It knows one environment.
 */
export type { Agent, AgentKind } from './agents.ts';
export type { NoticedRequest } from './api/permit-api.ts';
export type { EndpointName } from './api/route.ts';
export type { EntriesOptions } from './entry-file.ts';
export type { EntryList, GivenEntry } from './entry-list.ts';
export type { Truth } from './entry-source.ts';
export { SimulatorError, type SimulatorErrorCode } from './errors.ts';
export type { Faults } from './faults/faults.ts';
export type { FaultName, FaultPlan, FaultSettings } from './faults/settings.ts';
export type { FactTable, GivenFacts } from './given-facts.ts';
export type { GrantChange } from './grants-timeline.ts';
export type { Human } from './humans.ts';
export type { IncidentKind } from './incident-times.ts';
export type { Incident } from './incidents.ts';
export type { ListedOptions, Oracle } from './oracle.ts';
export type { Scope } from './scope.ts';
export type { Server, Tool } from './servers.ts';
export { createSimulatedPermit, type SimulatedPermit, type SimulatedPermitOptions } from './simulated-permit.ts';
export {
  type ApiSettings,
  type RunningApi,
  type ServerOptions,
  type Simulator,
  type SimulatorOptions,
  serveEntries,
  startSimulator,
} from './simulator.ts';
export { parseSwitches, type Switches, type SwitchTexts } from './switches/parse-switches.ts';
export { variantMeanings } from './switches/variant-meanings.ts';
export type { Variants } from './variants.ts';
export { createWorld as createSimulator, type OracleEntry, type World, type WorldOptions } from './world.ts';
