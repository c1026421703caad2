import { describe, expect, it } from 'vitest';
import { clustersAtOnce, lookSideBySide } from '../../src/cli/look-session.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Each ends when it is told to. */
const looks = (count: number) => {
  const names = Array.from({ length: count }, (_each, index) => `c${index}`);
  const begun: string[] = [];
  const told: string[] = [];
  const ends = new Map<string, { readonly well: () => void; readonly badly: () => void }>();
  const all = lookSideBySide(
    names,
    (name) =>
      new Promise<string>((resolve, reject) => {
        begun.push(name);
        ends.set(name, { well: () => resolve(name), badly: () => reject(new Error(`${name} failed`)) });
      }),
    (name) => void told.push(name),
  );
  return { all, begun, told, ends };
};

describe('looking side by side', () => {
  it('looks at so many at once, and tells in order as soon as it may', async () => {
    const { all, begun, told, ends } = looks(clustersAtOnce + 1);
    await settle();
    expect(begun.length).toBe(clustersAtOnce);
    ends.get('c1')?.well();
    await settle();
    expect(told).toEqual([]);
    expect(begun.length).toBe(clustersAtOnce + 1);
    ends.get('c0')?.well();
    await settle();
    expect(told).toEqual(['c0', 'c1']);
    for (const { well } of ends.values()) well();
    await all;
    expect(told).toEqual(begun);
  });

  it('fails with the first in order, whichever failed first', async () => {
    const { all, told, ends } = looks(3);
    await settle();
    ends.get('c2')?.badly();
    ends.get('c0')?.well();
    await settle();
    ends.get('c1')?.badly();
    await expect(all).rejects.toThrow('c1 failed');
    expect(told).toEqual(['c0']);
  });
});
