/** A day of 24 hours, in ms. */
export const dayMs = 86_400_000;

/** `2026-11-22`, in UTC, of ms since 1970. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
