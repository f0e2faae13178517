import { Store } from '../state/store.ts';

/** Whether the live decisions stand still, so that one of them can be looked at. */
export const isTailHeld = new Store(false);
