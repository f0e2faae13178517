/**
 * What a page may do: run and load files of this service, ask this service, and nothing else. No script or style that stands
 * in a page is run, so that a name that an agent gave itself is never more than text.
 */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
