/** A text that YAML reads as itself without quotes. */
const plain = /^[A-Za-z][\w .-]*[\w.]$/;
/** Words that would be read as something else, by us or by an older reader. */
const taken = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function flow(value: unknown): string {
  if (typeof value === 'string') return plain.test(value) && !taken.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${pairs(value).join(', ')} }`;
}

function pairs(value: object): string[] {
  return Object.entries(value).map(([key, inner]) => `${flow(key)}: ${flow(inner)}`);
}

/** A rule as a person would write it in the file: a line for each thing that it says. */
export function ruleText(document: Readonly<Record<string, unknown>>): string {
  return pairs(document).join('\n');
}

/** What a text calls its rule; `''` where it does not say. */
export function ruleNameIn(text: string): string {
  const [, written = ''] = /^["']?name["']?[ \t]*:[ \t]*([^\r\n]*?)[ \t]*(?:[ \t]#.*)?$/m.exec(text) ?? [];
  return written.replace(/^(["'])(.*)\1$/, '$2');
}
