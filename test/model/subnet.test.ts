import { describe, expect, it } from 'vitest';
import { overlaps, parseSubnet, type Subnet } from '../../src/model/subnet.ts';

const subnet = (text: string): Subnet => {
  const parsed = parseSubnet(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

describe('parseSubnet', () => {
  it.each(['10.244.0.0/16', '0.0.0.0/0', 'fd00:10::/56', '::/0'])('%s', (text) =>
    expect(parseSubnet(text)).toBeDefined(),
  );
  it.each(['10.244.0.0', '10.244.0.0/33', '10.244/16', 'fd00::/129', 'default', '', '1.2.3.4/-1'])('not %j', (text) =>
    expect(parseSubnet(text)).toBeUndefined(),
  );
});

describe('overlaps', () => {
  it.each([
    ['10.244.0.0/16', '10.244.7.0/24', true],
    ['10.244.7.0/24', '10.244.0.0/16', true],
    ['10.96.0.0/12', '10.111.255.0/24', true],
    ['10.96.0.0/12', '10.112.0.0/16', false],
    ['0.0.0.0/0', '192.168.1.0/24', true],
    ['10.244.0.0/16', '10.245.0.0/16', false],
    ['10.244.3.9/16', '10.244.7.0/24', true],
    ['fd00:10::/56', 'fd00:10:0:0:1::/80', true],
    ['fd00:10::/56', '10.0.0.0/8', false],
  ])('%s and %s: %s', (one, other, expected) => expect(overlaps(subnet(one), subnet(other))).toBe(expected));
});
