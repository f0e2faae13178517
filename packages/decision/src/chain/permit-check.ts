/** What a check names. */
export interface CheckedCall {
  readonly agent_key: string;
  readonly tool: string;
  readonly server: string;
  readonly resource: string;
  readonly tenant: string;
}

/**
 * A text as a literal of JavaScript, TypeScript and Python alike: what cannot be seen or could turn the text around is
 * escaped too, so that what is copied off a terminal is what was called.
 */
function literal(text: string): string {
  const escapeUnits = (character: string) =>
    Array.from({ length: character.length }, (_, at) => {
      return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    }).join('');
  return JSON.stringify(text).replace(/[^\x20\p{L}\p{M}\p{N}\p{P}\p{S}]/gu, escapeUnits);
}

function resourceLiteral({ server, resource, tenant }: CheckedCall): string {
  const name = resource || server;
  if (tenant === '' || tenant === 'default') return literal(name);
  const colon = name.indexOf(':');
  const key = colon < 0 ? '' : `, "key": ${literal(name.slice(colon + 1))}`;
  const type = literal(colon < 0 ? name : name.slice(0, colon));
  return `{"type": ${type}${key}, "tenant": ${literal(tenant)}}`;
}

/** The check that was made, to be copied into a program or a console of Permit's SDK and made again. */
export function permitCheck(call: CheckedCall): string {
  return `permit.check(${literal(call.agent_key)}, ${literal(call.tool)}, ${resourceLiteral(call)})`;
}
