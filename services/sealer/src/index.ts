/**
 * The sealer: closes hours once they are proven, sums them up, and does both again when an hour changes.
 *
 * Promises: what a seal says is what the store held, the source listed and the dead letters were when it was made; a crash
 * at any moment, a second sealer, or one that wakes up late leaves nothing that counts and is wrong. It reads neither
 * source nor entries, never changes a decision, and never seals an hour of which rows may still come. What is configured to
 * expire it deletes, sealed hours only. Hours that cannot be sealed yet it sums up all the same, for speed alone.
 * Beside that it verifies what is sealed, a little all the time, and repairs what it finds.
 */
export { readSealerConfig, type SealerConfig, sealerVariables } from './config.ts';
export { sealerErrors } from './errors.ts';
export { runSealer } from './main.ts';
export { type Repairs, repairDifferences } from './verify/repair-differences.ts';
export { clickhouseVerifierStore } from './verify/verifier-store.ts';
export { verifyingSteps } from './verify/verify-spans.ts';
