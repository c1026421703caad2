import type { Host } from '../world/host.ts';

/** Bytes that root can still write. Source: df(1): what others wrote is `foreignBytes`. */
export const freeBytes = (host: Host): number => Math.max(0, host.disk.bytes - host.disk.foreignBytes);
