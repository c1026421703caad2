import { describe, expect, it } from 'vitest';
import { returnApiServer as giveBack } from '../../src/commands/kubelet-conf.ts';
import { quote } from '../../src/commands/quote.ts';
import { needed, pending, satisfied } from '../../src/model/verdict.ts';
import { returnApiServer } from '../../src/steps/return-api-server.ts';
import { bound, old, onControlPlane, target } from './values.ts';

const own = 'https://172.31.0.11:6443';
const step = bound(returnApiServer, {}, onControlPlane());
const seen = (conf: object, installed = old) => ({ conf, kubelet: { installed, running: old } });
const lent = { server: 'https://172.31.0.12:6443', before: own, taken: true };

describe('return-api-server', () => {
  it.each([
    ['nothing was lent', { server: own, taken: false }, satisfied],
    ['it was lent', lent, needed(`the kubelet asks ${own} again`)],
    [
      'somebody put the address back: what was kept is still there',
      { ...lent, server: own },
      needed(`the kubelet asks ${own} again`),
    ],
  ])('%s', (_what, conf, verdict) => expect(step.check(seen(conf))).toEqual(verdict));

  it('not to one that does not answer', () => {
    const refused = 'The connection to the server 172.31.0.11:6443 was refused';
    const away = { ready: false, detail: refused };
    expect(step.check({ ...seen(lent), api: away })).toEqual(pending(`its own API server to be ready: ${refused}`));
    expect(step.check({ ...seen({ server: own, taken: false }), api: away })).toEqual(satisfied);
    expect(step.check({ ...seen(lent), api: { ready: true, detail: 'ok' } })).toEqual(
      needed(`the kubelet asks ${own} again`),
    );
  });

  it('restarts the kubelet, but never starts another one than the one that runs', () => {
    expect(step.typed(seen(lent))).toEqual([`paris-cp1: ${quote(giveBack({ restart: true }).argv)}`]);
    expect(step.typed(seen(lent, target))).toEqual([`paris-cp1: ${quote(giveBack({ restart: false }).argv)}`]);
    expect(quote(giveBack({ restart: false }).argv)).not.toContain('systemctl');
  });
});
