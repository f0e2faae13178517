/** The first of the given encodings that a client takes by its `Accept-Encoding`; `null` for the plain form. */
export function acceptedEncoding(header: string | string[] | undefined, offered: readonly string[]): string | null {
  const weights = new Map(
    String(header ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => part.trim().split(/\s*;\s*q=/))
      .map(([name = '', weight = '1']) => [name, Number(weight)]),
  );
  return offered.find((name) => (weights.get(name) ?? weights.get('*') ?? 0) > 0) ?? null;
}
