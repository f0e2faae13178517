export type InTurn = <Done>(work: () => Promise<Done>) => Promise<Done>;

/** Has works done one after the other, whatever becomes of each. */
export function oneByOne(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const doing = last.then(work);
    last = doing.catch(() => undefined);
    return doing;
  };
}
