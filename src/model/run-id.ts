/**
 * `2026-11-21-093012-1f3a`, of a time in ms since 1970 and four hex digits that tell runs of one second apart: sorts by
 * time; fits a unit's name, a path and an annotation.
 */
export const runIdAt = (ms: number, token: string): string =>
  `${new Date(ms).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')}-${token}`;

/** When a run began, in ms since 1970, by its name; undefined for what is no such name. */
export const begunAt = (run: string): number | undefined => {
  const [, day, hour, minute, second] = /^(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)\b/.exec(run) ?? [];
  const at = Date.parse(`${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(at) ? undefined : at;
};
