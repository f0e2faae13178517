const canonical = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const hex32 = /^[0-9a-f]{32}$/;

/**
 * The one form of a decision's id: lower case, with hyphens. Permit sends UUIDs with and without hyphens.
 * Returns `null` for anything that is not a UUID.
 */
export function canonicalUuid(text: string): string | null {
  if (canonical.test(text)) return text;
  const hex = text.trim().toLowerCase().replaceAll('-', '');
  if (!hex32.test(hex)) return null;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
