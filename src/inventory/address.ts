import { isIP, isIPv4, isIPv6 } from 'node:net';

export interface JumpAddress {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
}

const hostname = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const jumpForm = /^(?:(?<user>[^@\s]+)@)?(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/;

/** True for what ssh can connect to: a host name or an IP address, without a user or a port. */
export const isHost = (text: string): boolean => isIP(text) !== 0 || (hostname.test(text) && !looksNumeric(text));

// `10.0.0.300` would otherwise pass as a host name and fail much later, in the resolver.
const looksNumeric = (text: string): boolean => /^[\d.]+$/.test(text) && !isIPv4(text);

/** True for a login name. */
export const isUser = (text: string): boolean => /^[^\s:/-][^\s:/]*$/.test(text);

export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= 65_535;

/** Where a part of a host that does not belong there is written instead. */
export const hostHint = (text: string): string | undefined => {
  if (/^\w+:\/\//.test(text)) return 'write the host alone, without a scheme';
  if (text.startsWith('[')) return 'write an IPv6 address without brackets, and its port as `ssh: { port: … }`';
  if (text.includes('@')) return 'write the user as `ssh: { user: … }`';
  if (/:\d+$/.test(text)) return 'write the port as `ssh: { port: … }`';
  return undefined;
};

/** `bastion`, `ops@bastion:2222`, `ops@[fd00::1]:22` or a bare IPv6 address; anything else → undefined. */
export const parseJump = (text: string): JumpAddress | undefined => {
  if (isIPv6(text)) return { host: text };
  const found = jumpForm.exec(text)?.groups;
  const host = found?.['six'] ?? found?.['host'];
  if (host === undefined || !isHost(host)) return undefined;
  if (found?.['six'] !== undefined && !isIPv6(host)) return undefined;
  const user = found?.['user'];
  const port = found?.['port'];
  if (user !== undefined && !isUser(user)) return undefined;
  if (port !== undefined && !isPort(Number(port))) return undefined;
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port: Number(port) }) };
};
