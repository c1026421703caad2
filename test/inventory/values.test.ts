import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHost, isUser, parseJump } from '../../src/inventory/address.ts';
import { formatDuration, parseDuration } from '../../src/model/duration.ts';
import { parseMaxUnavailable } from '../../src/inventory/max-unavailable.ts';
import { isLabelKey, isLabelValue, isSubdomain } from '../../src/inventory/names.ts';
import { nearest } from '../../src/documents/nearest.ts';
import { isBlackout, isCron, isTimezone } from '../../src/inventory/window-form.ts';

describe('durations', () => {
  it.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
    ['1m500ms', 60_500],
    ['48h', 172_800_000],
  ])('%s is %i ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(['', '10', '0s', 'm', '1.5h', '-1s', '30m1h', '1h 30m', '49h', '1d', ' 1s', '1H'])(
    '%j is not a duration',
    (text) => expect(parseDuration(text)).toBeUndefined(),
  );

  it('are read back as they are written', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 172_800_000 }), (ms) => parseDuration(formatDuration(ms)) === ms));
    expect(formatDuration(0)).toBe('0s');
  });
});

describe('addresses', () => {
  it.each([
    ['bastion', { host: 'bastion' }],
    ['ops@bastion', { host: 'bastion', user: 'ops' }],
    ['ops@bastion.example:2222', { host: 'bastion.example', user: 'ops', port: 2222 }],
    ['ops@[fd00::1]:22', { host: 'fd00::1', user: 'ops', port: 22 }],
    ['fd00::1', { host: 'fd00::1' }],
  ])('%s is a jump host', (text, jump) => expect(parseJump(text)).toEqual(jump));

  it.each(['', 'a b', '@a', 'a@', 'a:0', 'a:70000', 'a:b', 'a,b', '-oProxyCommand=x', 'a@-b', '[x]:1', '1.2.3.4.5'])(
    '%j is not',
    (text) => expect(parseJump(text)).toBeUndefined(),
  );

  it.each([
    ['10.0.0.1', true],
    ['fe80::1%eth0', true],
    ['node_1.example', true],
    ['10.0.0.300', false],
    ['10.0.0', false],
    ['-v', false],
    ['', false],
  ])('%s as a host: %s', (text, valid) => expect(isHost(text)).toBe(valid));

  it.each([
    ['ops', true],
    ['DOMAIN\\ops', true],
    ['-l', false],
    ['', false],
  ])('%s as a user: %s', (text, valid) => expect(isUser(text)).toBe(valid));
});

it.each([
  [1, { count: 1 }],
  ['1%', { percent: 1 }],
  ['100%', { percent: 100 }],
  [0, { count: 0 }],
  [-1, undefined],
  [Number.NaN, undefined],
  ['0%', undefined],
  ['101%', undefined],
  ['%', undefined],
  ['2', undefined],
])('maxUnavailable %s', (written, share) => expect(parseMaxUnavailable(written)).toEqual(share));

describe('names', () => {
  it.each([
    ['cp1', true],
    ['cp1.example.com', true],
    ['1', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    [`${'a.'.repeat(127)}aa`, false],
    ['', false],
    ['-a', false],
    ['a_b', false],
    ['../x', false],
  ])('%s as a node: %s', (text, valid) => expect(isSubdomain(text)).toBe(valid));

  it.each([
    ['region', true],
    ['example.com/Region', true],
    ['Example.com/region', false],
    ['a/b/c', false],
    ['/a', false],
    ['', false],
  ])('%s as a label key: %s', (text, valid) => expect(isLabelKey(text)).toBe(valid));

  it.each([
    ['', true],
    ['A_b.c', true],
    ['a b', false],
    ['a'.repeat(64), false],
  ])('%s as a label value: %s', (text, valid) => expect(isLabelValue(text)).toBe(valid));
});

describe('windows', () => {
  it.each([
    ['0 1 * * SAT', true],
    ['*/15 0-6 1,15 jan-mar 7', true],
    ['0 22-23/1 * * mon-fri', true],
    ['0 1 * *', false],
    ['0 1 * * SAT 2026', false],
    ['60 1 * * *', false],
    ['0 6-2 * * *', false],
    ['0 1 0 * *', false],
    ['0 1 * * */0', false],
    ['5/10 1 * * *', false],
    ['0 1 * * 1-2-3', false],
    ['@weekly', false],
    ['0 1 L * *', false],
    ['0 1 * * SAT#1', false],
    ['0 1 * JAN,JANUARY *', false],
    ['0 0 30 2 *', false],
    ['', false],
  ])('%s as cron: %s', (text, valid) => expect(isCron(text)).toBe(valid));

  it.each([
    ['2026-12-24', true],
    ['2026-12-20/2027-01-03', true],
    ['2026-12-24/2026-12-24', true],
    ['2027-01-03/2026-12-20', false],
    ['2026-02-29', false],
    ['2026-12-24/', false],
    ['2026-12-24/2026-12-25/2026-12-26', false],
    ['24.12.2026', false],
    ['', false],
  ])('%s as a blackout: %s', (text, valid) => expect(isBlackout(text)).toBe(valid));

  it.each([
    ['Europe/Paris', true],
    ['UTC', true],
    ['+01:00', false],
    ['Europe/Atlantis', false],
    ['', false],
  ])('%s as a time zone: %s', (text, valid) => expect(isTimezone(text)).toBe(valid));
});

describe('the nearest name', () => {
  it.each([
    ['hots', 'host'],
    ['identity_file', 'identityFile'],
    ['IDENTITYFILE', 'identityFile'],
    ['prot', 'port'],
    ['xyz', undefined],
  ])('to %s is %s', (written, name) => expect(nearest(written, ['host', 'identityFile', 'port'])).toBe(name));
});
