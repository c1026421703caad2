import type { Ui } from '../ports/ui.ts';

/** The same view, of which somebody else hears as well: always after it. */
export const overheard = (ui: Ui, other: Partial<Pick<Ui, 'begin' | 'event'>> & { readonly end?: () => void }): Ui => ({
  begin: (plan) => {
    ui.begin(plan);
    other.begin?.(plan);
  },
  event: (event) => {
    ui.event(event);
    other.event?.(event);
  },
  notice: (text) => ui.notice(text),
  end: () => {
    const ended = ui.end();
    other.end?.();
    return ended;
  },
});
