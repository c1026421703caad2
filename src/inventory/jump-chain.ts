import { isPort, parseJump } from './address.ts';
import { asMap, asText } from '../documents/raw.ts';

/** A way to a host: the addresses of its jump hosts, the one nearest to the target first. */
export type JumpChain = readonly string[];

/** `10.0.0.11:22`, comparable. */
export const address = (host: string, port: unknown): string =>
  `${host.toLowerCase()}:${typeof port === 'number' && isPort(port) ? port : 22}`;

/** Follows a jump as it is written, right or wrong; what cannot be read ends the chain. */
export const jumpChain = (jump: unknown): JumpChain => {
  if (typeof jump === 'string') {
    const parsed = jump === 'none' ? undefined : parseJump(jump);
    return parsed === undefined ? [] : [address(parsed.host, parsed.port)];
  }
  const map = asMap(jump);
  const host = asText(map?.['host']);
  return map === undefined || host === undefined ? [] : [address(host, map['port']), ...jumpChain(map['jump'])];
};
