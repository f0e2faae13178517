import { z } from 'zod';
import { readCompleteListing } from './complete-listing.ts';
import type { LocatedEnvironment } from './environment.ts';
import {
  ceilingOf,
  consentOf,
  grantIdOf,
  identityOf,
  type ListedCeiling,
  type ListedConsent,
  type ListedIdentity,
  relationshipTuple,
  roleAssignment,
  user,
} from './facts.ts';
import { parseBody } from './json-body.ts';
import { readPage } from './page.ts';
import type { Sdk, SdkCall } from './sdk.ts';
import { type ListedToolLevel, type ResourceRole, resourceRole, resourceType, toolLevelsOf } from './tool-level.ts';
import type { Transport } from './transport.ts';

/** What the listings read through: the SDK where it serves, our own transport where it does not. */
export interface FactSource {
  readonly transport: Transport;
  readonly sdk: Sdk;
  readonly env: LocatedEnvironment;
}

const consentsPerPage = 1_000;
const othersPerPage = 100;

function pathOf(area: 'facts' | 'schema', env: LocatedEnvironment, rest: string): string {
  return `/v2/${area}/${encodeURIComponent(env.projectRef)}/${encodeURIComponent(env.envRef)}/${rest}`;
}

async function page(
  transport: Transport,
  path: string,
  query: Record<string, string | number | boolean>,
  call: SdkCall,
) {
  const { bytes } = await transport({ path, query, ...call });
  return parseBody(bytes, path);
}

/**
 * Every consent in force. Not through the SDK: its role assignments have no filter by resource type, and one listing of
 * a thousand rows a page would become a hundred of all kinds.
 */
export async function listConsents({ transport, env }: FactSource, call: SdkCall): Promise<ListedConsent[]> {
  const path = pathOf('facts', env, 'role_assignments');
  const rows = await readCompleteListing({
    name: 'consents',
    perPage: consentsPerPage,
    fetchPage: async (number) => {
      const query = { resource: 'user_profile', include_total_count: true, page: number, per_page: consentsPerPage };
      return readPage(roleAssignment, await page(transport, path, query, call), path);
    },
    idOf: (row) => grantIdOf(row.id),
  });
  return rows.map(consentOf).filter((consent) => consent !== null);
}

/** Every ceiling in force. */
export async function listCeilings({ sdk, env }: FactSource, call: SdkCall): Promise<ListedCeiling[]> {
  const path = pathOf('facts', env, 'relationship_tuples');
  const rows = await readCompleteListing({
    name: 'ceilings',
    perPage: othersPerPage,
    fetchPage: async (number) => {
      const query = { subjectType: 'user_profile', page: number, perPage: othersPerPage };
      return readPage(
        relationshipTuple,
        await sdk.run(call, (permit) => permit.api.relationshipTuples.list(query)),
        path,
      );
    },
    idOf: (row) => grantIdOf(row.id),
  });
  return rows.map(ceilingOf).filter((ceiling) => ceiling !== null);
}

/** Every user's name and address. */
export async function listIdentities({ sdk, env }: FactSource, call: SdkCall): Promise<ListedIdentity[]> {
  const path = pathOf('facts', env, 'users');
  const rows = await readCompleteListing({
    name: 'users',
    perPage: othersPerPage,
    fetchPage: async (number) => {
      const query = { page: number, perPage: othersPerPage };
      return readPage(user, await sdk.run(call, (permit) => permit.api.users.list(query)), path);
    },
    idOf: (row) => row.key,
  });
  return rows.map(identityOf);
}

async function listRoles(source: FactSource, server: string, call: SdkCall): Promise<Record<string, ResourceRole>> {
  const path = pathOf('schema', source.env, `resources/${encodeURIComponent(server)}/roles`);
  const keyed = resourceRole.extend({ key: z.string() });
  const rows = await readCompleteListing({
    name: `roles of ${server}`,
    perPage: othersPerPage,
    fetchPage: async (number) => {
      const query = { page: number, per_page: othersPerPage };
      return readPage(keyed, await page(source.transport, path, query, call), path);
    },
    idOf: (row) => row.key,
  });
  return Object.fromEntries(rows.map((row) => [row.key, row]));
}

/**
 * Every tool's level. Not through the SDK: the schema is read in one listing with the roles inside, and a listing is
 * complete only with the count beside it, which the SDK's form of the call leaves out.
 */
export async function listToolLevels(source: FactSource, call: SdkCall): Promise<ListedToolLevel[]> {
  const path = pathOf('schema', source.env, 'resources');
  const rows = await readCompleteListing({
    name: 'resource types',
    perPage: othersPerPage,
    fetchPage: async (number) => {
      const query = { include_total_count: true, page: number, per_page: othersPerPage };
      return readPage(resourceType, await page(source.transport, path, query, call), path);
    },
    idOf: (row) => row.key,
  });
  const levels: ListedToolLevel[] = [];
  for (const { key, roles } of rows) levels.push(...toolLevelsOf(key, roles ?? (await listRoles(source, key, call))));
  return levels;
}
