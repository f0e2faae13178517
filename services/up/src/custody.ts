#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Kept beside the packages, which belong to whoever installed them: the next start compiles nothing anew and takes half
// the time. Where it cannot be written, each start does all of it.
enableCompileCache(join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'custody-code'));
// What is loaded before it is not kept.
await import('./run-command-line.ts');
