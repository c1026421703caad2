/** `2026-11-21T09:40:43Z`, as the API writes times. */
export const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** `2026-11-21T09:40:43.485907Z`: MicroTime, as leases hold it; a lease is renewed at whole microseconds. */
export const micros = (ms: number, microseconds: number): string =>
  `${new Date(ms).toISOString().slice(0, -1)}${String(microseconds).padStart(3, '0')}Z`;
