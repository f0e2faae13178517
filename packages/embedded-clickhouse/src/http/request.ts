import type { IncomingMessage } from 'node:http';
import { EngineException } from '../engine/exception.ts';
import type { ParsedForm } from './form.ts';

/** URL parameters that belong to the HTTP interface and are not settings. */
const ownParameters = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'user',
  'password',
  'quota_key',
  'stacktrace',
  'role',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'client_protocol_version',
  'close_session',
]);

/** What a request asks, apart from who asks and the body. */
export interface QueryRequest {
  /** GET and HEAD change nothing, whatever `readonly` says. */
  readonly safe: boolean;
  readonly query: string;
  readonly database: string | undefined;
  readonly defaultFormat: string | undefined;
  readonly queryId: string | undefined;
  readonly sessionId: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  readonly waitEndOfQuery: boolean;
  readonly bufferBytes: number;
  readonly compressAnswer: boolean;
  readonly compressionLevel: number;
  /** The revision whose Native blocks the client reads; 0 when it does not say. */
  readonly protocolVersion: number;
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const settingName = /^[A-Za-z_]\w*$/;
const flag = (value: string | null): boolean =>
  value !== null && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());

function refuseUnsupported(url: URLSearchParams): void {
  for (const name of ['compress', 'decompress']) {
    if (flag(url.get(name))) {
      const message = `${name}=1 is not supported: use HTTP compression (enable_http_compression=1, Accept-Encoding, Content-Encoding)`;
      throw new EngineException(48, 'NOT_IMPLEMENTED', message);
    }
  }
}

/** Parameters of the URL by what they are. Throws an `EngineException` for a name that no setting can have. */
function sortParameters(all: Iterable<[string, string]>): Pick<QueryRequest, 'params' | 'settings'> {
  const params: Record<string, string> = {};
  const settings: Record<string, string> = {};
  for (const [name, value] of all) {
    if (name.startsWith('param_')) params[name.slice('param_'.length)] = value;
    else if (ownParameters.has(name) || name === '') continue;
    else if (settingName.test(name)) settings[name] = value;
    else throw new EngineException(115, 'UNKNOWN_SETTING', `Unknown setting '${name}'`);
  }
  return { params, settings };
}

/** Both travel further, into the statement and into a header, so both have to be plain names. */
function refuseOddNames(format: string | undefined, queryId: string | undefined): void {
  if (format !== undefined && !/^\w{1,64}$/.test(format)) {
    throw new EngineException(73, 'UNKNOWN_FORMAT', 'Unknown format');
  }
  if (queryId !== undefined && !/^[\x20-\x7e]{1,255}$/.test(queryId)) {
    throw new EngineException(36, 'BAD_ARGUMENTS', 'A query id has up to 255 printable ASCII characters');
  }
}

/** Reads a request's URL, headers and, where the body is a form, its fields. */
export function readQueryRequest(request: IncomingMessage, url: URL, form?: ParsedForm): QueryRequest {
  const parameters = url.searchParams;
  refuseUnsupported(parameters);
  const { params, settings } = sortParameters([...parameters.entries(), ...(form?.fields ?? [])]);
  const defaultFormat = parameters.get('default_format') || header(request, 'x-clickhouse-format') || undefined;
  const queryId = parameters.get('query_id') || undefined;
  refuseOddNames(defaultFormat, queryId);
  return {
    safe: request.method !== 'POST',
    query: parameters.get('query') ?? form?.fields.find(([name]) => name === 'query')?.[1] ?? '',
    database: parameters.get('database') || header(request, 'x-clickhouse-database') || undefined,
    defaultFormat,
    queryId,
    sessionId: parameters.get('session_id') || undefined,
    params,
    settings,
    waitEndOfQuery: flag(parameters.get('wait_end_of_query')),
    bufferBytes: Math.min(Math.max(Number(parameters.get('buffer_size')) || 0, 65_536), 16_777_216),
    compressAnswer: flag(parameters.get('enable_http_compression')),
    compressionLevel: Math.min(Math.max(Number(parameters.get('http_zlib_compression_level')) || 3, 1), 9),
    protocolVersion: Number(parameters.get('client_protocol_version')) || 0,
  };
}
