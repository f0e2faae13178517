import { defaultPostLimits } from './http/post.ts';
import { lookupBySystem } from './http/resolve-target.ts';
import { createSend, type Send } from './send.ts';

/** How channels are spoken to in earnest. */
export function sendOverHttp(): Send {
  return createSend({ lookup: lookupBySystem, limits: defaultPostLimits });
}
