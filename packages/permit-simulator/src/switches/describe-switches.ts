import { endpoints } from '../api/route.ts';
import { defaultVariants, type Variants } from '../variants.ts';
import { faultSyntax } from './fault-syntax.ts';
import { variantMeanings } from './variant-meanings.ts';

/** Every variant and fault with its meaning, as a help text. Loads nothing of the simulator itself. */
export function describeSwitches(): string {
  return `Variants (--variant NAME=VALUE, the default first):
${Object.keys(variantMeanings)
  .map((name) => describeVariant(name as keyof Variants))
  .join('\n')}

Faults (--fault NAME[@ENDPOINT[+ENDPOINT]][=VALUE[:VALUE][,KEY:VALUE]]):
${Object.entries(faultSyntax)
  .map(([name, { meaning, ordered }]) =>
    row(
      usage(
        name,
        ordered.map((value) => value.name),
      ),
      meaning,
    ),
  )
  .join('\n')}

A fault of requests strikes all of them, or share (0 to 1), every:N (each n-th), page:N (from that page on),
for:SECONDS (from its start); only at the ENDPOINTs that are named, which are
${endpoints.join(', ')}.
While it runs, GET, PUT, PATCH and DELETE /faults read, replace, add and remove faults; GET /variants tells the variants.`;
}

function usage(name: string, values: readonly string[]): string {
  return values.length === 0 ? name : `${name}=${values.join(':')}`;
}

function describeVariant(name: keyof Variants): string {
  const meanings: Readonly<Record<string, string>> = variantMeanings[name];
  const first = String(defaultVariants[name]);
  const values = [first, ...Object.keys(meanings).filter((value) => value !== first)];
  return values.map((value) => row(`${name}=${value}`, meanings[value] ?? '')).join('\n');
}

function row(left: string, right: string): string {
  return `  ${left.padEnd(32)} ${right}`;
}
