import type { Json } from '../facts.ts';

export interface Paging {
  readonly page: number;
  readonly perPage: number;
}

export function slice<T>(rows: readonly T[], { page, perPage }: Paging): T[] {
  return rows.slice((page - 1) * perPage, page * perPage);
}

/** `{data, total_count, page_count}` around the rows of one page. */
export function paginated(rows: readonly Json[], paging: Paging, shape: (row: Json) => Json = (row) => row): Json {
  return {
    data: slice(rows, paging).map(shape),
    total_count: rows.length,
    page_count: Math.ceil(rows.length / paging.perPage),
  };
}
