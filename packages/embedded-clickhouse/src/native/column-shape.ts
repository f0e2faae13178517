import { EngineException } from '../engine/exception.ts';

/** How a type's values lie in a Native block. */
export type ColumnShape =
  | { readonly kind: 'fixed'; readonly bytes: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'nullable'; readonly of: ColumnShape }
  | { readonly kind: 'array'; readonly of: ColumnShape }
  | { readonly kind: 'tuple'; readonly of: readonly ColumnShape[] }
  | { readonly kind: 'dictionary'; readonly of: ColumnShape };

const widths: Readonly<Record<string, number>> = {
  Bool: 1,
  Int8: 1,
  UInt8: 1,
  Enum8: 1,
  Nothing: 1,
  Int16: 2,
  UInt16: 2,
  Enum16: 2,
  Date: 2,
  BFloat16: 2,
  Int32: 4,
  UInt32: 4,
  Float32: 4,
  Date32: 4,
  DateTime: 4,
  Time: 4,
  IPv4: 4,
  Decimal32: 4,
  Int64: 8,
  UInt64: 8,
  Float64: 8,
  DateTime64: 8,
  Time64: 8,
  Decimal64: 8,
  Int128: 16,
  UInt128: 16,
  UUID: 16,
  IPv6: 16,
  Decimal128: 16,
  Int256: 32,
  UInt256: 32,
  Decimal256: 32,
};

/** The top-level arguments of a type's text; quotes and brackets keep their commas. */
function argumentsOf(text: string): string[] {
  const list: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === "'" || char === '`') quote = char;
    else if (char === '(') depth++;
    else if (char === ')') depth--;
    else if (char === ',' && depth === 0) {
      list.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...list, text.slice(from).trim()].filter((part) => part !== '');
}

const decimalBytes = (precision: number): number =>
  precision <= 9 ? 4 : precision <= 18 ? 8 : precision <= 38 ? 16 : 32;

/** Elements of named tuples are `name Type`. */
const withoutName = (element: string): string =>
  /^(?:`(?:[^`\\]|\\.)*`|\w+) (?=[A-Z])(.*)$/s.exec(element)?.[1] ?? element;

/** Reads a type's text. Throws code 48 for types whose layout is not known here. */
export function columnShape(type: string): ColumnShape {
  const [, name = '', inside = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(type) ?? [];
  const parts = argumentsOf(inside);
  const inner = (index = 0) => columnShape(parts[index] ?? '');
  if (name === 'String') return { kind: 'string' };
  if (name === 'FixedString') return { kind: 'fixed', bytes: Number(inside) };
  if (name === 'Decimal') return { kind: 'fixed', bytes: decimalBytes(Number(parts[0])) };
  if (name.startsWith('Interval')) return { kind: 'fixed', bytes: 8 };
  if (name === 'Nullable') return { kind: 'nullable', of: inner() };
  if (name === 'Array') return { kind: 'array', of: inner() };
  if (name === 'Map') return { kind: 'array', of: { kind: 'tuple', of: [inner(0), inner(1)] } };
  if (name === 'Tuple' && parts.length > 0)
    return { kind: 'tuple', of: parts.map((part) => columnShape(withoutName(part))) };
  if (name === 'SimpleAggregateFunction') return inner(1);
  if (name === 'LowCardinality') {
    const keys = inner();
    return { kind: 'dictionary', of: keys.kind === 'nullable' ? keys.of : keys };
  }
  const bytes = widths[name];
  if (bytes !== undefined) return { kind: 'fixed', bytes };
  throw new EngineException(
    48,
    'NOT_IMPLEMENTED',
    `The type ${type} is not supported in Native with a protocol version: use another format`,
  );
}
