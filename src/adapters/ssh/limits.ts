import { setTimeout as delay } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Clock } from '../../ports/clock.ts';

export interface SshLimits {
  /** Handshakes at once of one transport. sshd's default MaxStartups 10:30:100 drops at random from the 11th. */
  readonly handshakes: number;
  /** Channels at once on a connection. sshd's default MaxSessions is 10. */
  readonly channels: number;
  /** From the first packet to the end of authentication, per hop. */
  readonly connectTimeoutMs: number;
  /** Further attempts when sshd hangs up before it said who it is, which is how it sheds load. */
  readonly handshakeRetries: number;
  /** A frozen peer is noticed between `keepaliveCountMax` and `keepaliveCountMax + 1` intervals. */
  readonly keepaliveIntervalMs: number;
  readonly keepaliveCountMax: number;
  /** For `put` and `fetch`, which bring no limit of their own. */
  readonly putTimeoutMs: number;
  readonly fetchTimeoutMs: number;
}

/** Source: sshd_config(5), MaxStartups and MaxSessions; ssh2's client.js for what the keepalive counts. */
export const defaultLimits: SshLimits = {
  handshakes: 8,
  channels: 8,
  connectTimeoutMs: 20_000,
  handshakeRetries: 3,
  keepaliveIntervalMs: 5_000,
  keepaliveCountMax: 3,
  putTimeoutMs: 120_000,
  fetchTimeoutMs: 3_600_000,
};

/** Three clusters at their own limit; each handshake is some 10 ms of processor time (100 hosts on loopback). */
const handshakesOfAll = 24;

/**
 * A queue for the handshakes of several transports: beyond it hundreds of clusters that are looked at together would
 * run into each other's time limits on a slow machine.
 */
export const handshakeQueue = (atOnce = handshakesOfAll): LimitFunction => pLimit(atOnce);

/** Time for real connections; a transport over loopback servers may bring another. */
export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    // setTimeout() fires at once beyond 2^31 - 1.
    await delay(Math.min(ms, 2_147_483_647), undefined, signal === undefined ? {} : { signal });
  },
};
