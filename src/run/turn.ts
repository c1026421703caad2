import pLimit from 'p-limit';

/** Waits until all who came before have given theirs back; what it resolves to gives back this one, once or more often. */
export type Turn = () => Promise<() => void>;

/** One at a time, in the order in which they came. */
export const createTurn = (): Turn => {
  const one = pLimit(1);
  return () =>
    new Promise((granted) => {
      void one(() => new Promise<void>((done) => granted(done)));
    });
};
