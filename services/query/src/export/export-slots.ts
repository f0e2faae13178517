import { CustodyError } from '@custody/runtime';
import type { FastifyReply } from 'fastify';
import { queryErrors } from '../errors.ts';
import { whenOver } from '../http/when-over.ts';

/** How many exports and reports may be under way: each takes up to half a core and some tens of megabytes. */
const mostExports = 4;
/** How long a client may take nothing before it counts as gone. */
const idleMs = 300_000;

/** Places for what streams for long. */
export class ExportSlots {
  #taken = 0;

  /** Takes a place until the answer is over, however it ends. Throws `QUERY_TOO_MANY_EXPORTS`. */
  take(reply: FastifyReply): void {
    if (this.#taken >= mostExports) {
      throw new CustodyError(queryErrors.QUERY_TOO_MANY_EXPORTS, `${mostExports} exports and reports are under way.`);
    }
    this.#taken += 1;
    whenOver(reply, () => {
      this.#taken -= 1;
    });
    // Else a client that stops reading would keep its place for ever.
    reply.raw.setTimeout(idleMs, () => reply.raw.destroy());
  }
}
