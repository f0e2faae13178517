import { type TrustLevel, trustLevels } from '@custody/decision';
import { z } from 'zod';

/** The level that a tool requires, as the schema has it now. The id holds the level: another level is another grant. */
export interface ListedToolLevel {
  readonly grantId: string;
  readonly server: string;
  readonly tool: string;
  readonly level: TrustLevel;
  /** A schema keeps no time for this. */
  readonly createdAt: null;
}

const keys = z.array(z.string()).nullish();
export const resourceRole = z.looseObject({ key: z.string().nullish(), permissions: keys, extends: keys });
export type ResourceRole = z.infer<typeof resourceRole>;

export const resourceType = z.looseObject({
  id: z.string(),
  key: z.string(),
  roles: z.record(z.string(), resourceRole).nullish(),
});

/** The action of a permission, `action` or `resource:action`; `null` where it is of another resource. */
function actionOf(permission: string, server: string): string | null {
  const at = permission.indexOf(':');
  if (at < 0) return permission;
  return permission.slice(0, at) === server ? permission.slice(at + 1) : null;
}

/** A role's permissions with those of the roles that it extends; a circle of roles ends where it began. */
function permissionsOf(
  name: string,
  roles: Readonly<Record<string, ResourceRole>>,
  seen = new Set<string>(),
): string[] {
  if (seen.has(name)) return [];
  seen.add(name);
  const role = roles[name];
  const inherited = (role?.extends ?? []).flatMap((other) => permissionsOf(other, roles, seen));
  return [...(role?.permissions ?? []), ...inherited];
}

/** Each tool of a server with the lowest trust level that permits it. Empty for a resource without such roles. */
export function toolLevelsOf(server: string, roles: Readonly<Record<string, ResourceRole>>): ListedToolLevel[] {
  const levels = new Map<string, TrustLevel>();
  for (const level of trustLevels) {
    const tools = permissionsOf(level, roles).map((permission) => actionOf(permission, server));
    for (const tool of tools) if (tool !== null && !levels.has(tool)) levels.set(tool, level);
  }
  return [...levels].map(([tool, level]) => ({
    grantId: `${server}:${tool}#${level}`,
    server,
    tool,
    level,
    createdAt: null,
  }));
}
