import { needOf } from '../plan/fold.ts';
import { createWorld } from '../plan/world.ts';
import { purposeOf, stepItems, type BoundBracket } from '../steps/bound.ts';
import { look } from './look.ts';
import type { Session } from './session.ts';

/** How long it is waited for that everything inside a bracket can be judged. */
const doubtMs = 120_000;

/**
 * Whether the body has something to do is looked at now, not taken from the plan. What cannot be judged may turn out to
 * be needed a moment later, when it is too late to enter: it is waited for, and in doubt the bracket is entered.
 */
export const needsEntering = async (
  { session, stopping }: { readonly session: Session; readonly stopping: () => boolean },
  bracket: BoundBracket,
): Promise<boolean> => {
  const purpose = purposeOf(bracket);
  const until = session.clock.now() + doubtMs;
  const steps = stepItems(purpose).map(({ step }) => step);
  for (;;) {
    const world = createWorld();
    await look(session, steps, world);
    const need = needOf(world, purpose);
    if (need !== 'unclear' || stopping() || session.clock.now() > until) return need !== 'none';
    await session.clock.sleep(1000);
  }
};
