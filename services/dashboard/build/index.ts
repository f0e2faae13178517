/**
 * The page that analysts keep open: sources in `src`, in Preact, built by Vite into files that the query service serves.
 * Promises: it speaks to the API only, with the typed client; it shows whatever agents and humans are called as text; every
 * view is an address. This module is what the rest of the repository sees of it: the folder of built files.
 */
export { type BuiltPages, builtPages } from './built-pages.ts';
