/** By a gate's ID: why the operator goes on although it says no. */
export type Waivers = Readonly<Record<string, string>>;

/** As it is typed: `disk-space=the volume grows at midnight`. */
export const waiverTexts = (waivers: Waivers | undefined): readonly string[] =>
  Object.entries(waivers ?? {}).map(([gate, reason]) => `${gate}=${reason}`);
