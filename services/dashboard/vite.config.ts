import { defineConfig } from 'vite';

/** Built by `build/build.ts`; nothing else than `preact` is needed to understand the pages' sources. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2023',
    // The name of a file says what is in it, so that browsers may keep it for ever.
    assetsDir: 'assets',
    // Nothing inside the page: what may run is a file of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
});
