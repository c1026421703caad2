import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptOutput } from '../../../src/adapters/ssh/kept-output.ts';

const keep = (limit: number, pieces: readonly Uint8Array[]): KeptOutput => {
  const kept = new KeptOutput(limit);
  for (const piece of pieces) kept.push(Buffer.from(piece));
  return kept;
};

describe('kept output', () => {
  it('is everything when it fits, however it was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        const bytes = Buffer.from(text);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        );
        const kept = keep(bytes.length, pieces);
        expect([kept.text(), kept.truncated]).toEqual([bytes.toString(), false]);
      }),
    );
  });

  it('is head and tail when it does not, and says how much is missing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 30 }),
        fc.integer({ min: 0, max: 40 }),
        (sizes, limit) => {
          let next = 0;
          const pieces = sizes.map((size) => Buffer.from(Array.from({ length: size }, () => 97 + (next++ % 26))));
          const all = Buffer.concat(pieces).toString();
          const head = all.slice(0, Math.ceil(limit / 2));
          const tail = Math.floor(limit / 2) === 0 ? '' : all.slice(-Math.floor(limit / 2));
          const dropped = all.length - limit;
          const expected = dropped <= 0 ? all : `${head}\n[… ${dropped} bytes left out …]\n${tail}`;
          expect(keep(limit, pieces).text()).toBe(expected);
        },
      ),
    );
  });

  it('cuts no character in two', () => {
    for (let limit = 0; limit < 24; limit++) {
      const text = keep(limit, [Buffer.from('ä€😀'.repeat(20))]).text();
      expect(text).not.toContain('\uFFFD');
    }
  });

  it('holds no more than its limit for many small pieces', () => {
    const kept = new KeptOutput(1_000);
    const network = Buffer.alloc(65_536, 120);
    for (let index = 0; index < 100_000; index++) kept.push(network.subarray(index % 65_000, (index % 65_000) + 1));
    expect(kept.text()).toMatch(/^x{500}\n\[… 99000 bytes left out …\]\nx{500}$/);
  });
});
