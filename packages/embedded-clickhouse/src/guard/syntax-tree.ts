/** One node of the engine's own parse, as `EXPLAIN AST` prints it. */
export interface SyntaxNode {
  readonly kind: string;
  /** What follows the kind: the name of a table, function or identifier. */
  readonly name: string;
  readonly children: readonly SyntaxNode[];
}

const line = /^( *)(\S+)(?: (.*))?$/s;
const childCount = / \(children \d+\)$/;

/**
 * The name without what is printed behind it. An alias may hold any text, brackets too, so the first one counts: a name
 * that itself holds these words is cut short, and nothing that can be read has such a name.
 */
function bareName(rest: string): string {
  const text = ` ${rest}`.replace(childCount, '');
  const alias = text.indexOf(' (alias ');
  return (alias < 0 ? text : text.slice(0, alias)).trim();
}

/** Reads the printed tree. Throws for a line that it does not know how to read, so that nothing goes unseen. */
export function readSyntaxTree(lines: readonly string[]): SyntaxNode[] {
  const roots: SyntaxNode[] = [];
  const open: SyntaxNode[][] = [roots];
  for (const text of lines) {
    if (text === '') continue;
    const [, indent = '', kind = '', rest = ''] = line.exec(text) ?? [];
    const parent = open[indent.length];
    if (kind === '' || !parent) throw new Error('the syntax tree has an unknown form');
    const children: SyntaxNode[] = [];
    parent.push({ kind, name: bareName(rest), children });
    open.length = indent.length + 1;
    open.push(children);
  }
  return roots;
}

/** Every node with its parent, from the root down. */
export function* walk(
  nodes: readonly SyntaxNode[],
  parent?: SyntaxNode,
): Generator<{ node: SyntaxNode; parent: SyntaxNode | undefined }> {
  for (const node of nodes) {
    yield { node, parent };
    yield* walk(node.children, node);
  }
}
