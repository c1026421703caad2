import { describe, expect, it } from 'vitest';
import { Variables } from '../../../src/simulator/shell/variables.ts';

const plain = (value: string) => ({ value, exported: false });
const exported = (value: string) => ({ value, exported: true });

describe('variables that a shell shares with its subshell', () => {
  it('are copied by whoever sets one first, and the other does not see it', () => {
    const shell = new Variables(new Map([['a', plain('1')]]));
    const inner = shell.share();
    const changed = inner.with('a', plain('2'));
    expect([shell.get('a')?.value, changed.get('a')?.value]).toEqual(['1', '2']);
    const outer = shell.with('b', plain('3'));
    expect(outer).toBe(shell);
    expect(changed.get('b')).toBeUndefined();
  });

  it('are not copied once the subshell is over', () => {
    const shell = new Variables(new Map());
    shell.share().leave();
    expect(shell.with('a', plain('1'))).toBe(shell);
  });

  it('tell programs of what is exported now, and nobody of what another one exported', () => {
    const shell = new Variables(new Map([['a', exported('1')]]));
    expect([...shell.environment()]).toEqual([['a', '1']]);
    const inner = shell.share().with('b', exported('2'));
    expect([...inner.environment()]).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect([...shell.environment()]).toEqual([['a', '1']]);
    expect([...shell.with('a', undefined).environment()]).toEqual([]);
  });
});
