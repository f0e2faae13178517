const json = 'application/json; charset=UTF-8';
const csv = 'text/csv; charset=UTF-8';
const tsv = 'text/tab-separated-values; charset=UTF-8';
const text = 'text/plain; charset=UTF-8';

/** Content types as the server sends them. */
export function contentType(format: string): string {
  if (/EachRow|^JSON(Lines)?$|^NDJSON$|^JSON/i.test(format)) {
    return /EachRow|Lines|NDJSON/i.test(format) ? 'application/x-ndjson; charset=UTF-8' : json;
  }
  if (/^CSV/i.test(format)) return /WithNames/i.test(format) ? `${csv}; header=present` : `${csv}; header=absent`;
  if (/^(TSV|TabSeparated)/i.test(format)) return tsv;
  if (/^(Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|Protobuf|BSON|Npy|Null)/i.test(format)) {
    return 'application/octet-stream';
  }
  return /^XML/i.test(format) ? 'application/xml; charset=UTF-8' : text;
}
