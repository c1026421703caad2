import type { Ui } from '../../ports/ui.ts';

/** Tells several listeners the same: the screen and the log. Each is ended, whatever befell the others. */
export const everyUi = (...listeners: readonly Ui[]): Ui => ({
  begin: (plan) => listeners.forEach((ui) => ui.begin(plan)),
  event: (event) => listeners.forEach((ui) => ui.event(event)),
  member: (cluster, state) => listeners.forEach((ui) => ui.member?.(cluster, state)),
  notice: (text) => listeners.forEach((ui) => ui.notice(text)),
  end: async () => {
    const ended = await Promise.allSettled(listeners.map((ui) => ui.end()));
    const refused = ended.find((result) => result.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
  },
});
