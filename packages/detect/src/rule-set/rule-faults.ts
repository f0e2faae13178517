import type { z } from 'zod';

/** One thing that is wrong with a document. */
export interface RuleFault {
  /** Where, such as `rules[2].scope.agent`; `''` for the whole. */
  readonly path: string;
  readonly wrong: string;
  /** What would be right. */
  readonly right: string;
}

type Path = readonly (string | number)[];
type Schema = z.core.$ZodType;

/** A path as people write it. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** What a schema stands for under what may be left out. */
function inner(schema: Schema): Schema {
  const { def } = schema._zod;
  return 'innerType' in def ? inner(def.innerType as Schema) : schema;
}

/** The branches of a schema that a value may mean. */
function branches(schema: Schema): Schema[] {
  const bare = inner(schema);
  const { def } = bare._zod;
  return 'options' in def ? (def.options as Schema[]).flatMap(branches) : [bare];
}

function next(schema: Schema, step: string | number): Schema[] {
  return branches(schema).flatMap((branch) => {
    const { def } = branch._zod;
    if (typeof step === 'number') return 'element' in def ? [def.element as Schema] : [];
    const found = 'shape' in def ? (def.shape as Record<string, Schema>)[step] : undefined;
    return found === undefined ? [] : [found];
  });
}

function schemasAt(schema: Schema, path: Path): Schema[] {
  return path.reduce<Schema[]>((found, step) => found.flatMap((it) => next(it, step)), [schema]);
}

function descriptionOf(schema: Schema): string {
  const own = (schema as z.ZodType).description;
  const bare = inner(schema);
  return own ?? (bare === schema ? '' : descriptionOf(bare));
}

/** What would be right at a place, in the words of the nearest schema that says something. */
function rightAt(schema: Schema, path: Path): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const said = schemasAt(schema, path.slice(0, length))
      .map(descriptionOf)
      .find((text) => text !== '');
    if (said !== undefined) return said;
  }
  return '';
}

/** Insertions, deletions, replacements and swaps that turn one word into the other. */
function distance(a: string, b: string): number {
  let [before, row]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      current.push(least);
    }
    [before, row] = [row, current];
  }
  return row[b.length] ?? 0;
}

/** The known word that is meant, most likely; `null` where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known.map((it) => ({ it, far: distance(word.toLowerCase(), it) })).sort((a, b) => a.far - b.far);
  const [best] = ranked;
  return best !== undefined && best.far <= Math.max(2, Math.floor(word.length / 3)) ? best.it : null;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | null)?.[step], document);
}

function unknownKeys(schema: Schema, path: Path, keys: readonly string[]): RuleFault[] {
  const known = schemasAt(schema, path)
    .flatMap(branches)
    .flatMap(({ _zod: { def } }) => ('shape' in def ? Object.keys(def.shape as object) : []));
  return keys.map((key) => {
    const meant = nearest(key, known);
    const right = meant === null ? `one of ${known.join(', ')}` : `${meant}`;
    return { path: pathText([...path, key]), wrong: `there is no key ${shown(key)} here`, right };
  });
}

/** Of the branches of a choice, the faults of the one that the value comes nearest to: those that lie within it. */
function chosen(errors: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] {
  const isWithin = (issues: readonly z.core.$ZodIssue[]) =>
    issues.some(({ code, path }) => path.length > 0 || code === 'unrecognized_keys');
  const isOther = (issues: readonly z.core.$ZodIssue[]) => issues.some(({ code }) => code === 'invalid_type');
  return errors.find(isWithin) ?? errors.find((issues) => !isOther(issues)) ?? [];
}

function faultsOf(issue: z.core.$ZodIssue, above: Path, schema: Schema, document: unknown): RuleFault[] {
  const path = [...above, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') return unknownKeys(schema, path, issue.keys);
  if (issue.code === 'invalid_union') {
    const those = chosen(issue.errors);
    if (those.length > 0) return those.flatMap((it) => faultsOf(it, path, schema, document));
  }
  const value = valueAt(document, path);
  const right = rightAt(schema, path);
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  const meant = typeof value === 'string' ? nearest(value, values) : null;
  return [
    {
      path: pathText(path),
      wrong: value === undefined ? 'it is missing' : `${shown(value)} will not do`,
      right: meant === null ? right : `${meant}, or another of ${values.join(', ')}`,
    },
  ];
}

/** Everything that is wrong with a document, each with its place and what would be right. */
export function faultsIn(schema: z.ZodType, document: unknown, at: Path = []): RuleFault[] {
  const parsed = schema.safeParse(document);
  if (parsed.success) return [];
  const prefix = pathText(at);
  return parsed.error.issues
    .flatMap((issue) => faultsOf(issue, [], schema, document))
    .map((fault) => ({ ...fault, path: joined(prefix, fault.path) }));
}

function joined(prefix: string, path: string): string {
  if (prefix === '' || path === '') return prefix + path;
  return path.startsWith('[') ? prefix + path : `${prefix}.${path}`;
}
