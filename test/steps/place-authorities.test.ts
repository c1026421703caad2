import { describe, expect, it } from 'vitest';
import { placeAuthorities as command } from '../../src/commands/recovery.ts';
import { quote } from '../../src/commands/quote.ts';
import { satisfied } from '../../src/model/verdict.ts';
import { placeAuthorities } from '../../src/steps/place-authorities.ts';
import { bareHostSeen } from './recovery-values.ts';
import { restore } from './restore-values.ts';
import { bound, onControlPlane } from './values.ts';

const step = bound(placeAuthorities, { restore, archive: 'paris/node.tar' }, onControlPlane());

describe('place-authorities', () => {
  it('copies the control plane’s part of the backup, and takes the authorities out of it', () => {
    const seen = { host: bareHostSeen({ marks: { [restore]: ['host'] } }) };
    expect(step.check(seen)).toMatchObject({ kind: 'needed' });
    expect(step.typed(seen)).toEqual([
      `paris-cp1: copy paris/node.tar to /var/lib/nodeops-etcd/${restore}/node.tar`,
      `paris-cp1: ${quote(command(restore).argv)}`,
    ]);
  });

  it('does it once', () =>
    expect(step.check({ host: bareHostSeen({ marks: { [restore]: ['host', 'authorities'] } }) })).toEqual(satisfied));
});
