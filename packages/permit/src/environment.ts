import { canonicalUuid } from '@custody/decision';
import { CustodyError, isError } from '@custody/runtime';
import { z } from 'zod';
import { permitErrors } from './errors.ts';
import { expectShape, parseBody } from './json-body.ts';
import { readPage } from './page.ts';
import type { Transport } from './transport.ts';

/** The one environment that a client reads. Ids are canonical UUIDs where they are UUIDs. */
export interface Environment {
  readonly organizationId: string;
  readonly projectId: string;
  /** The configured text or the id where the key may not read the project; likewise `envKey`. */
  readonly projectKey: string;
  readonly envId: string;
  readonly envKey: string;
  readonly envName: string;
}

/** An environment with its ids as Permit wrote them, which is how they go into paths. */
export interface LocatedEnvironment extends Environment {
  readonly projectRef: string;
  readonly envRef: string;
}

export interface EnvironmentChoice {
  /** Id or key. */
  readonly project?: string | undefined;
  readonly environment?: string | undefined;
}

const scope = z.looseObject({
  organization_id: z.string(),
  project_id: z.string().nullish(),
  environment_id: z.string().nullish(),
});
const named = z.looseObject({ id: z.string(), key: z.string().nullish(), name: z.string().nullish() });
type Named = z.infer<typeof named>;

/** How many projects of an organization key are looked into for the list of its environments. */
const mostProjectsListed = 20;
const perPage = 100;

const projectsPath = '/v2/projects';
const envsPath = (project: string) => `${projectsPath}/${encodeURIComponent(project)}/envs`;

function sameId(a: string, b: string): boolean {
  return a === b || (canonicalUuid(a) !== null && canonicalUuid(a) === canonicalUuid(b));
}

function isChosen(entity: Named, choice: string): boolean {
  return entity.key === choice || sameId(entity.id, choice);
}

async function get(transport: Transport, path: string, signal: AbortSignal | undefined, query = {}): Promise<unknown> {
  const { bytes } = await transport({ path, query, priority: 'fresh', signal });
  return parseBody(bytes, path);
}

async function list(transport: Transport, path: string, signal: AbortSignal | undefined): Promise<Named[]> {
  const rows: Named[] = [];
  for (let page = 1; ; page += 1) {
    const body = await get(transport, path, signal, { page, per_page: perPage });
    const { rows: more } = readPage(named, body, path);
    rows.push(...more);
    if (more.length < perPage) return rows;
  }
}

/** What keeps a name from being read, and nothing more: a server may refuse it, or know only the paths that we need. */
const namesUnread = [
  permitErrors.PERMIT_KEY_REJECTED,
  permitErrors.PERMIT_NOT_FOUND,
  permitErrors.PERMIT_REQUEST_REJECTED,
  permitErrors.PERMIT_BAD_RESPONSE,
];

type Found = Named | 'missing' | 'unread';

/** `unread` where it cannot be read: many keys see their environment and nothing around it. */
async function lookUp(transport: Transport, path: string, signal: AbortSignal | undefined): Promise<Found> {
  try {
    return expectShape(named, await get(transport, path, signal), path);
  } catch (error) {
    if (!isError<string>(error, ...namesUnread)) throw error;
    // With a code of Permit's own it is the thing that is missing, without one the whole path.
    const isMissing = isError(error, permitErrors.PERMIT_NOT_FOUND) && error.fields.errorCode !== '';
    return isMissing ? 'missing' : 'unread';
  }
}

interface Wanted {
  readonly what: 'project' | 'environment';
  /** From the key's scope: it exists, whether or not it can be looked up. */
  readonly scoped: string | null | undefined;
  /** From the configuration. */
  readonly choice: string | undefined;
}

/** The project or environment of a path, if it is the one that is configured. */
async function confirm(
  transport: Transport,
  path: string,
  { what, scoped, choice }: Wanted,
  signal: AbortSignal | undefined,
): Promise<Named> {
  const found = await lookUp(transport, path, signal);
  const id = scoped ?? choice ?? '';
  // Another id than that of the scope is certainly another thing; another text may be its key.
  const isOtherId = scoped && choice !== undefined && canonicalUuid(choice) !== null && !sameId(scoped, choice);
  const unread = { id, key: isOtherId ? null : choice };
  if (found === 'missing' && !scoped) throw unknownEnvironment(`the ${what} "${choice}"`, { [what]: choice });
  const entity: Named = typeof found === 'string' ? unread : found;
  if (choice !== undefined && !isChosen(entity, choice)) {
    throw unknownEnvironment(`the ${what} "${choice}": it is a key of "${entity.key ?? entity.id}"`, {
      [what]: choice,
    });
  }
  return entity;
}

function unknownEnvironment(what: string, fields: Record<string, unknown>): CustodyError {
  return new CustodyError(permitErrors.PERMIT_ENVIRONMENT_UNKNOWN, `This API key does not see ${what}.`, { fields });
}

function ambiguous(environments: readonly string[]): CustodyError {
  const shown = environments.map((name) => `\n  ${name}`).join('');
  return new CustodyError(
    permitErrors.PERMIT_ENVIRONMENT_AMBIGUOUS,
    `This API key sees several environments (project/environment):${shown}`,
    { fields: { environments } },
  );
}

/** The project that the scope or the configuration names; of a single project nobody need say anything. */
async function chooseProject(
  transport: Transport,
  scoped: string | null | undefined,
  { project, environment }: EnvironmentChoice,
  signal: AbortSignal | undefined,
): Promise<Named> {
  const ref = scoped ?? project;
  if (ref !== undefined) {
    const path = `${projectsPath}/${encodeURIComponent(ref)}`;
    return confirm(transport, path, { what: 'project', scoped, choice: project }, signal);
  }
  const projects = await list(transport, projectsPath, signal);
  const [only] = projects;
  if (only === undefined) throw unknownEnvironment('any project', {});
  if (projects.length === 1) return only;
  const pairs: string[] = [];
  for (const candidate of projects.slice(0, mostProjectsListed)) {
    const envs = await list(transport, envsPath(candidate.id), signal);
    pairs.push(...envs.map((env) => `${candidate.key ?? candidate.id}/${env.key ?? env.id}`));
  }
  throw ambiguous(environment === undefined ? pairs : pairs.filter((pair) => pair.endsWith(`/${environment}`)));
}

async function chooseEnvironment(
  transport: Transport,
  project: Named,
  scoped: string | null | undefined,
  environment: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Named> {
  const ref = scoped ?? environment;
  if (ref !== undefined) {
    const path = `${envsPath(project.id)}/${encodeURIComponent(ref)}`;
    return confirm(transport, path, { what: 'environment', scoped, choice: environment }, signal);
  }
  const envs = await list(transport, envsPath(project.id), signal);
  const [only] = envs;
  if (only === undefined) throw unknownEnvironment(`any environment of "${project.key ?? project.id}"`, {});
  if (envs.length > 1) throw ambiguous(envs.map((env) => `${project.key ?? project.id}/${env.key ?? env.id}`));
  return only;
}

/**
 * Finds the environment that the API key and the configuration together mean. Throws `PERMIT_ENVIRONMENT_AMBIGUOUS`
 * with the list where the key sees several and none is configured, `PERMIT_ENVIRONMENT_UNKNOWN` where it does not see
 * the configured one, and what the transport throws.
 */
export async function locateEnvironment(
  transport: Transport,
  choice: EnvironmentChoice,
  signal?: AbortSignal,
): Promise<LocatedEnvironment> {
  const path = '/v2/api-key/scope';
  const scoped = expectShape(scope, await get(transport, path, signal), path);
  const project = await chooseProject(transport, scoped.project_id, choice, signal);
  const env = await chooseEnvironment(transport, project, scoped.environment_id, choice.environment, signal);
  const envKey = env.key ?? choice.environment ?? env.id;
  return {
    organizationId: canonicalUuid(scoped.organization_id) ?? scoped.organization_id,
    projectId: canonicalUuid(project.id) ?? project.id,
    projectKey: project.key ?? choice.project ?? project.id,
    envId: canonicalUuid(env.id) ?? env.id,
    envKey,
    envName: env.name ?? envKey,
    projectRef: project.id,
    envRef: env.id,
  };
}
