import { describe, expect, it } from 'vitest';
import {
  checkVersion,
  defaultVersions,
  etcdctlFor,
  knownVersions,
  minorNumber,
  minorOf,
  newestOf,
} from '../../docker/versions.ts';

const weight = (version: string): number => version.split('.').reduce((sum, part) => sum * 1000 + Number(part), 0);

describe('the table of versions', () => {
  it('is in ascending order, so that the last of a minor is its newest', () => {
    expect([...knownVersions]).toEqual(knownVersions.toSorted((a, b) => weight(a) - weight(b)));
  });

  it('holds the defaults', () => expect(knownVersions).toEqual(expect.arrayContaining([...defaultVersions])));

  it.each([
    ['1.33', '1.33.13'],
    ['1.34', '1.34.4'],
    ['v1.36', '1.36.3'],
  ])('knows the newest of %s', (minor, newest) => expect(newestOf(minor)).toBe(newest));

  it('names the known minors where one is unknown', () =>
    expect(() => newestOf('1.2')).toThrow(/1\.33, 1\.34, 1\.35, 1\.36/));
});

describe('a version', () => {
  it.each(['1.35.4', 'v1.35.4'])('%s is known', (text) => expect(checkVersion(text, 'mirror')).toBe('1.35.4'));

  it.each(['1.35', '1.35.4-rc.1', 'latest', '', '2.0.0'])("'%s' has the wrong form, wherever it comes from", (text) =>
    expect(() => checkVersion(text, 'upstream')).toThrow(/is not a version such as/),
  );

  it('that cannot be built is refused with the list of those that can', () =>
    expect(() => checkVersion('1.35.99', 'mirror')).toThrow(
      /1\.33\.13, 1\.34\.2, 1\.34\.4, 1\.35\.4, 1\.36\.1, 1\.36\.3/,
    ));

  it('may be any from the public repositories', () => expect(checkVersion('1.35.99', 'upstream')).toBe('1.35.99'));

  it('has a minor', () => expect([minorOf('1.35.4'), minorNumber('1.35.4')]).toEqual(['1.35', 35]));

  it('of etcd comes with its own etcdctl, but for the one that is not to be had', () =>
    expect(['3.5.24', '3.6.6'].map(etcdctlFor)).toEqual(['3.5.33', '3.6.6']));
});
