import type { Engine } from '../engine/engine.ts';
import { EngineException } from '../engine/exception.ts';
import type { NativeConnection } from '../engine/native.ts';
import type { QueryRequest } from '../http/request.ts';
import type { EngineProcessConfig } from '../process-messages.ts';
import { tokens } from '../sql/lexer.ts';
import type { Statement } from '../sql/statement.ts';
import { harmlessTableFunctions, ReaderFunctions } from './reader-functions.ts';
import { ReaderObjects } from './reader-objects.ts';
import { readerSettings } from './reader-settings.ts';
import { readSyntaxTree, type SyntaxNode, walk } from './syntax-tree.ts';

/** Nodes of a parse that name nothing, or whose names are looked at. Any other refuses the statement. */
const knownNodes = new Set(
  `SelectWithUnionQuery SelectQuery SelectIntersectExceptQuery ExpressionList Asterisk QualifiedAsterisk Subquery Literal
  TablesInSelectQuery TablesInSelectQueryElement TableExpression TableIdentifier TableJoin ArrayJoin Identifier Function
  WithElement OrderByElement WindowDefinition WindowListElement SampleRatio ColumnsTransformerList
  ColumnsExceptTransformer ColumnsReplaceTransformer ColumnsReplaceTransformer::Replacement ColumnsRegexpMatcher
  ColumnsListMatcher DescribeQuery Explain ShowTables ShowColumns ShowFunctions ShowCreateTableQuery ShowCreateViewQuery
  ExistsTableQuery ExistsViewQuery`.split(/\s+/),
);

const namingRoots = new Set(['ShowCreateTableQuery', 'ShowCreateViewQuery', 'ExistsTableQuery', 'ExistsViewQuery']);
const explainKinds = /^EXPLAIN(?: PLAN| SYNTAX| AST| QUERY TREE| PIPELINE| ESTIMATE)?$/;

function denied(what: string): EngineException {
  return new EngineException(497, 'ACCESS_DENIED', `reader: Not enough privileges: ${what}`);
}

/**
 * Decides what the reader's login may ask, since the engine in a library has one login only and its `readonly` lets
 * files be read and queries be killed. Everything is refused that is not known to be harmless: the engine's own parse
 * names each table and function, and then its resolved query tree names them again, with what only resolving shows.
 * Settings are frozen on the connection, so that no clause of the statement can raise a limit.
 */
export class ReaderGuard {
  readonly #engine: Engine;
  readonly #config: EngineProcessConfig;
  readonly #objects: ReaderObjects;
  readonly #functions: ReaderFunctions;

  private constructor(engine: Engine, config: EngineProcessConfig, functions: ReaderFunctions) {
    this.#engine = engine;
    this.#config = config;
    this.#objects = new ReaderObjects(engine, config);
    this.#functions = functions;
  }

  static async create(engine: Engine, config: EngineProcessConfig): Promise<ReaderGuard> {
    return new ReaderGuard(engine, config, await ReaderFunctions.load(engine));
  }

  /** A connection on which the statement may run. Throws code 497 where it may not, 452 for its settings. */
  async admit(asked: QueryRequest, statement: Statement): Promise<NativeConnection> {
    if (statement.kind !== 'output') throw denied('this login only reads');
    if (!/^(?:FORMAT \w+)?$/i.test([...tokens(statement.after)].map(({ text }) => text).join(' ')))
      this.#denySettings();
    if (asked.sessionId !== undefined) throw denied('this login has no sessions');
    const settings = readerSettings(asked.settings, this.#config.readerLimits);
    const additional_table_filters = await this.#objects.tableFilters();
    const connection = await this.#engine.connect({
      settings: { ...settings, additional_table_filters },
      params: asked.params,
      database: asked.database,
      readonly: 1,
    });
    try {
      await this.#inspect(connection, statement.before, asked.database ?? 'default');
      return connection;
    } catch (error) {
      this.#engine.close(connection);
      throw error;
    }
  }

  async #inspect(connection: NativeConnection, sql: string, database: string): Promise<void> {
    const { statementCount, queryClass } = await this.#engine.classify(connection, sql);
    if (statementCount !== 1 || queryClass !== 0) throw denied('this login only reads');
    const tree = await this.#parse(connection, sql);
    const [root] = tree;
    if (!root || tree.length !== 1) throw denied('this login only reads');
    this.#checkRoot(root, sql);
    this.#checkNodes(tree);
    await this.#checkNames(tree, database, root);
    if (root.kind === 'SelectWithUnionQuery') await this.#checkResolved(connection, sql);
    if (root.kind === 'Explain' || describesQuery(tree)) await this.#inspect(connection, explained(sql), database);
  }

  async #parse(connection: NativeConnection, sql: string): Promise<SyntaxNode[]> {
    return readSyntaxTree(await this.#lines(connection, `EXPLAIN AST ${sql}`));
  }

  async #lines(connection: NativeConnection, sql: string): Promise<string[]> {
    const { bytes } = await this.#engine.run(connection, sql, 'TabSeparated');
    return bytes.toString().split('\n');
  }

  #checkRoot(root: SyntaxNode, sql: string): void {
    if (root.kind === 'Explain' && !explainKinds.test(root.name)) throw denied(`${root.name} is not for this login`);
    // What a SHOW filters by is not in its printed parse, and may be a query of its own.
    if (
      root.kind.startsWith('Show') &&
      [...tokens(sql)].some(({ text }) => text === '(' || /^(where|limit)$/i.test(text))
    ) {
      throw denied('SHOW with an expression is not for this login');
    }
  }

  #checkNodes(tree: readonly SyntaxNode[]): void {
    for (const { node, parent } of walk(tree)) {
      // A subquery's own settings are applied although the connection's are frozen.
      if (node.kind === 'Set') this.#denySettings();
      if (!knownNodes.has(node.kind)) throw denied(`${node.kind} is not for this login`);
      if (node.kind === 'Identifier' && this.#functions.isForbiddenName(node.name)) this.#denyFunction(node.name);
      if (node.kind !== 'Function') continue;
      const isTable = parent?.kind === 'TableExpression';
      if (!isTable && !this.#functions.allows(node.name)) this.#denyFunction(node.name);
    }
  }

  #denySettings(): never {
    throw denied('SETTINGS in a statement are not for this login, give them as parameters of the URL');
  }

  #denyFunction(name: string): never {
    throw denied(`the function ${name} is not for this login`);
  }

  async #checkNames(tree: readonly SyntaxNode[], database: string, root: SyntaxNode): Promise<void> {
    const allowed = await this.#objects.allowed();
    const candidates = new Set<string>();
    const add = (name: string) => {
      const [first = '', second] = name.split('.');
      candidates.add(`${database}.${first}`);
      if (second !== undefined) candidates.add(`${first}.${second}`);
      candidates.add(name);
    };
    for (const { node, parent } of walk(tree)) {
      if (node.kind === 'Function' && parent?.kind === 'TableExpression')
        this.#checkTableFunction(node.name, database, allowed);
      if (node.kind === 'TableIdentifier' && node.name.includes('.') && !allowed.has(node.name))
        this.#denyTable(node.name);
      // Any identifier may turn out to be a table: after IN, as a qualifier, through an alias.
      if (node.kind === 'TableIdentifier' || node.kind === 'Identifier') add(node.name);
    }
    if (namingRoots.has(root.kind)) {
      const name = root.children.filter((child) => child.kind === 'Identifier').map((child) => child.name);
      const full = name.length > 1 ? name.slice(0, 2).join('.') : `${database}.${name[0] ?? ''}`;
      if (!allowed.has(full)) this.#denyTable(full);
    }
    const unknown = [...candidates].filter((name) => !allowed.has(name));
    const [forbidden] = await this.#objects.existing(unknown);
    if (forbidden !== undefined) this.#denyTable(forbidden);
  }

  #checkTableFunction(name: string, database: string, allowed: ReadonlySet<string>): void {
    // A parameterised view is called like a table function.
    const full = name.includes('.') ? name : `${database}.${name}`;
    if (!harmlessTableFunctions.has(name.toLowerCase()) && !allowed.has(full)) {
      throw denied(`the table function ${name} is not for this login`);
    }
  }

  #denyTable(name: string): never {
    throw denied(`it's necessary to have the grant SELECT ON ${name}`);
  }

  /** The same once more on the resolved tree: a function passed by name appears only here. */
  async #checkResolved(connection: NativeConnection, sql: string): Promise<void> {
    const allowed = await this.#objects.allowed();
    for (const text of await this.#lines(connection, `EXPLAIN QUERY TREE ${sql}`)) {
      const [, kind, rest = ''] = /^ *([A-Z_]+) id: \d+, (.*)$/s.exec(text) ?? [];
      const called = /function_name: ([^,]+)/.exec(rest)?.[1];
      if (kind === 'FUNCTION' && called !== undefined && !this.#functions.allows(called)) this.#denyFunction(called);
      const table = /table_name: ([^,]+)/.exec(rest)?.[1];
      if (kind === 'TABLE' && (table === undefined || !(allowed.has(table) || isTemporary(table))))
        this.#denyTable(table ?? '?');
      const tableFunction = /table_function_name: ([^,]+)/.exec(rest)?.[1];
      if (kind === 'TABLE_FUNCTION' && !harmlessTableFunctions.has((tableFunction ?? '').toLowerCase())) {
        throw denied(`the table function ${tableFunction} is not for this login`);
      }
    }
  }
}

/** Tables that hold a materialised part of the query itself. */
const isTemporary = (name: string): boolean =>
  name.startsWith('_temporary_and_external_tables.') || !name.includes('.');

/** A DESCRIBE runs the scalar subqueries of what it describes, and shows by its types what they answered. */
const describesQuery = ([root]: readonly SyntaxNode[]): boolean =>
  root?.kind === 'DescribeQuery' && [...walk([root])].some(({ node }) => node.kind === 'SelectWithUnionQuery');

/** The statement that an EXPLAIN explains or a DESCRIBE describes: between the two stand only its kind and its options. */
function explained(sql: string): string {
  for (const { text, start } of tokens(sql)) {
    if (/^(select|with|from|\()$/i.test(text)) return sql.slice(start);
  }
  throw denied('only queries are explained for this login');
}
