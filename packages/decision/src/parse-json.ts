const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The JSON value that these bytes hold; `undefined` where they hold none. */
export function parseJson(bytes: Uint8Array | null): unknown {
  if (bytes === null) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}
