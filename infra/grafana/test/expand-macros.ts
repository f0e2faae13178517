/** What Grafana puts into a statement: the range, the bucket and the choices. */
export interface Chosen {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly bucketSeconds: number;
  readonly choices: Readonly<Record<string, readonly string[]>>;
}

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A statement as the data source's plugin sends it: its macros that the dashboards use, and Grafana's variables. */
export function expandMacros(sql: string, { fromSeconds, toSeconds, bucketSeconds, choices }: Chosen): string {
  const expanded = sql
    .replaceAll(/\$__timeFilter\(([^()]+)\)/g, `$1 >= toDateTime(${fromSeconds}) AND $1 <= toDateTime(${toSeconds})`)
    .replaceAll(/\$__timeInterval\(([^()]+)\)/g, `toStartOfInterval(toDateTime($1), INTERVAL ${bucketSeconds} second)`)
    .replaceAll(/\$\{(\w+):singlequote\}/g, (_, name: string) => {
      const values = choices[name];
      if (values === undefined) throw new Error(`nobody chooses ${name}`);
      return values.map(quoted).join(',');
    });
  if (expanded.includes('$')) throw new Error(`a macro or a variable is left: ${expanded}`);
  return expanded;
}
