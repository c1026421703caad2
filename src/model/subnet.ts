import { BlockList, isIP } from 'node:net';

/** A part of an address space: `10.244.0.0/16`, `fd00:10::/56`. */
export interface Subnet {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

const bits = { ipv4: 32, ipv6: 128 } as const;

/** Undefined for what is no subnet in CIDR notation (RFC 4632, RFC 4291). */
export const parseSubnet = (text: string): Subnet | undefined => {
  const [, address = '', digits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const prefix = Number(digits);
  return prefix > bits[family] ? undefined : { family, address, prefix };
};

const contains = ({ family, address, prefix }: Subnet, other: Subnet): boolean => {
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return list.check(other.address, family);
};

/** Whether an address is in both. */
export const overlaps = (one: Subnet, other: Subnet): boolean =>
  one.family === other.family && (one.prefix <= other.prefix ? contains(one, other) : contains(other, one));
