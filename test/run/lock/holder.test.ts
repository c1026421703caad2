import { describe, expect, it } from 'vitest';
import { holderText, leaseIdentity, parseHolder, splitIdentity } from '../../../src/run/lock/holder.ts';

const mark = { pid: 4242, place: '0a1b2c3d4e5f', startedAt: '123456' };

describe('who owns a cluster', () => {
  it.each([
    ['ana', 'bastion', 'ana@bastion:4242:0a1b2c3d4e5f-123456'],
    ['CORP\\ana maria', 'bastion.example.org', 'CORP_ana_maria@bastion.example.org:4242:0a1b2c3d4e5f-123456'],
    ['', '', '_@_:4242:0a1b2c3d4e5f-123456'],
    ['ana/x', 'a:b', 'ana_x@a_b:4242:0a1b2c3d4e5f-123456'],
  ])('%j on %j is one word, and is read back', (user, host, text) => {
    expect(holderText({ user, host }, mark)).toBe(text);
    expect(parseHolder(text)).toEqual({ operator: text.split(':')[0], process: mark });
  });

  it.each(['', 'ana', 'ana@bastion:x:0a-1', 'ana@bastion:1:zz-1', 'a b:1:0a-1'])('%j is not ours', (text) =>
    expect(parseHolder(text)).toBeUndefined(),
  );

  it('is named with its run in the lease', () => {
    const holder = holderText({ user: 'ana', host: 'bastion' }, mark);
    expect(splitIdentity(leaseIdentity(holder, 'r1'))).toEqual({ holder, run: 'r1' });
    expect(splitIdentity('kubectl-edit')).toEqual({ holder: 'kubectl-edit', run: '?' });
  });
});
