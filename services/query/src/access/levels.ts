/** What a token allows, from less to more: each level may do what those before it may. */
export const accessLevels = ['read', 'export', 'operate', 'admin'] as const;
export type AccessLevel = (typeof accessLevels)[number];

/** Whether one level includes another. */
export function allows(level: AccessLevel, needed: AccessLevel): boolean {
  return accessLevels.indexOf(level) >= accessLevels.indexOf(needed);
}
