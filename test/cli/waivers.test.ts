import { describe, expect, it } from 'vitest';
import { waiversOf } from '../../src/cli/waivers.ts';

describe('--waive', () => {
  it('keeps the reason of each gate, the last word counting', () => {
    expect(waiversOf({})).toEqual({});
    expect(
      waiversOf({ waive: ['disk-space=first', 'apt-lock= it = mine ', 'disk-space=CHG-1: grows at night'] }),
    ).toEqual({
      waivers: { 'disk-space': 'CHG-1: grows at night', 'apt-lock': 'it = mine' },
    });
  });

  it.each([
    ['a gate that does not exist', 'disk-spaec=x', /no gate is called "disk-spaec": did you mean "disk-space"/],
    ['a step that is no gate', 'drain-node=x', /no gate is called "drain-node"/],
    ['a gate that cannot be waived', 'node-identity=x', /node-identity cannot be waived: A wrong address/],
    ['no reason', 'disk-space', /say why, for the journal: --waive disk-space='the reason'/],
    ['an empty reason', 'disk-space= ', /say why/],
    ['nothing', '', /no gate is called ""/],
  ])('refuses %s', (_what, text, says) => expect(() => waiversOf({ waive: [text] })).toThrow(says));
});
