/**
 * The colours of the theme as a canvas takes them. A custom property may hold `light-dark(…)`, which only a used value
 * resolves: so a hidden element wears each of them for a moment.
 */
export function resolveColors<Name extends string>(names: readonly Name[]): Record<Name, string> {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const pairs = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(pairs) as Record<Name, string>;
}
