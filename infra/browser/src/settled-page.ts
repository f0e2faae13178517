const busy = '[aria-busy="true"], .skeleton, .is-old';

/** There once everything that the dashboard's page asked is answered and drawn: a selector. */
export const settledPage = `#content:not(:has(${busy})) > .page`;
