import type { Engine } from '../engine/engine.ts';

/** Categories whose functions compute from their arguments alone. Files, dictionaries, AI services are in others. */
const harmlessCategories = new Set(
  `Null,String,Tuple,Distance,Geo,Arrays,Logical,URL,Hash,Map,UUID,Bit,Bitmap,Encoding,JSON,QBit,Rounding,Dates and Times,
  Financial,Conditional,Comparison,String Splitting,Type Conversion,Time Window,Random Number,Arithmetic,Time Series,
  Mathematical,IP Address,Geo Polygon,String Search,String Replacement,NumericIndexedVector`
    .split(',')
    .map((name) => name.trim()),
);

/** Of the category "Other", what clients and dashboards use. */
const harmlessOthers =
  `bar currentDatabase currentSchemas currentUser digits transform identity version revision displayName
  hostName uptime materialize ignore toTypeName toColumnTypeName byteSize blockNumber blockSize isConstant visibleWidth
  runningDifference rowNumberInBlock rowNumberInAllBlocks neighbor errorCodeToName getSubcolumn finalizeAggregation
  countDigits isDecimalOverflow parseReadableSize parseReadableSizeOrNull parseReadableSizeOrZero parseTimeDelta throwIf
  defaultValueOfTypeName defaultValueOfArgumentType variantElement variantType formatReadableSize formatReadableQuantity
  formatReadableTimeDelta formatReadableDecimalSize formatQuery formatQuerySingleLine normalizeQuery normalizedQueryHash
  getSizeOfEnumType minSampleSizeConversion minSampleSizeContinuous currentRoles currentProfiles queryID runningAccumulate
  lowCardinalityKeys lowCardinalityIndices indexHint authenticatedUser globalVariable connectionId`.split(/\s+/);

/** Forms of the language that are functions only in the parse, and the engine's own rewritings of them. */
const languageForms =
  `lambda exists in notIn globalIn globalNotIn nullIn notNullIn globalNullIn globalNotNullIn inIgnoreSet
  notInIgnoreSet arrayJoin untuple grouping tuple array map _CAST CAST caseWithExpression nested __actionName
  __scalarSubqueryResult dateDiff countDistinct singleValueOrNull`.split(/\s+/);

const combinator =
  /(If|Array|Map|ForEach|Distinct|OrDefault|OrNull|Resample|ArgMin|ArgMax|SimpleState|MergeState|State|Merge)$/i;

/** Far above any real one with all its combinators. */
const maxNameLength = 100;

/** Table functions that make rows out of nothing. */
export const harmlessTableFunctions: ReadonlySet<string> = new Set([
  'numbers',
  'numbers_mt',
  'zeros',
  'zeros_mt',
  'generateseries',
  'generate_series',
  'values',
  'null',
  'view',
  'primes',
]);

/** Which functions the reader may call; everything that is not known to be harmless is refused. */
export class ReaderFunctions {
  readonly #allowed = new Set<string>();
  readonly #aggregates = new Set<string>();
  readonly #known = new Set<string>();

  /** Asks the engine for its functions, so that those of a later version are refused until their category allows. */
  static async load(engine: Engine): Promise<ReaderFunctions> {
    const functions = new ReaderFunctions();
    const sql = 'SELECT name, alias_to, toString(categories), is_aggregate, toString(origin) FROM system.functions';
    const rows = (await engine.rows(sql)) as [string, string, string, number, string][];
    const category = new Map(rows.map(([name, , categories]) => [name, categories]));
    const others = new Set(harmlessOthers);
    for (const [name, alias, categories, aggregate, origin] of rows) {
      const key = name.toLowerCase();
      const target = alias === '' ? name : alias;
      const own = alias === '' ? categories : (category.get(alias) ?? '');
      functions.#known.add(key);
      if (origin !== 'System') continue;
      if (aggregate) functions.#aggregates.add(key);
      else if (harmlessCategories.has(own) || others.has(target)) functions.#allowed.add(key);
    }
    for (const name of languageForms) functions.#allowed.add(name.toLowerCase());
    return functions;
  }

  allows(name: string): boolean {
    if (name.length > maxNameLength) return false;
    const key = name.toLowerCase();
    if (this.#allowed.has(key)) return true;
    for (let base = key; base !== ''; base = base.replace(combinator, '')) {
      if (this.#aggregates.has(base)) return true;
      if (!combinator.test(base)) return false;
    }
    return false;
  }

  /** A bare name that the engine would take for a function which is not allowed: `arrayMap(file, …)`. */
  isForbiddenName(name: string): boolean {
    return this.#known.has(name.toLowerCase()) && !this.allows(name);
  }
}
