export type Turns = <Answer>(work: () => Promise<Answer>) => Promise<Answer>;

/** Runs what it is given one after the other: a person's run and the loop's own passes do not work on the same feeds at once. */
export function takeTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
