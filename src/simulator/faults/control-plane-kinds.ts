import type { Component, Host } from '../world/host.ts';
import type { EtcdMember } from '../world/world.ts';
import type { Heal, Kind, Kinds, Strike } from './kind.ts';
import { chosen, short, shortOrLong } from './kind.ts';

/** A container that ends again whenever something starts it. */
const keepsEnding =
  (name: Component['name']) =>
  (strike: Strike): Heal | undefined => {
    const { host, levers, actor, world } = strike;
    if (host === undefined) return undefined;
    let over = false;
    strike.onEvent((event) => {
      if (event.type !== 'component-ready' || event.host !== host.name || event.component !== name) return;
      world.kernel.after(0, () => {
        if (!over) levers.stopComponent(host, name, actor);
      });
    });
    levers.stopComponent(host, name, actor);
    strike.hit();
    return () => {
      over = true;
      if (host.power === 'up' && host.components.get(name)?.state === 'stopped')
        levers.startComponent(host, name, actor);
    };
  };

const flapMs = 7000;

const up = (host: Host): boolean => host.components.get('kube-apiserver')?.state === 'running';

/** Gone and back, again and again: neither state lasts long enough to be waited for. */
const flaps = (strike: Strike): Heal | undefined => {
  const { host, levers, actor, world } = strike;
  if (host === undefined) return undefined;
  let over = false;
  const turn = (): void => {
    if (over) return;
    if (host.power === 'up') {
      if (up(host)) levers.stopComponent(host, 'kube-apiserver', actor);
      else if (host.components.get('kube-apiserver')?.stoppedBy === actor)
        levers.startComponent(host, 'kube-apiserver', actor);
    }
    world.kernel.after(flapMs, turn);
  };
  turn();
  strike.hit();
  return () => {
    over = true;
    const component = host.components.get('kube-apiserver');
    if (host.power === 'up' && component?.state === 'stopped' && component.stoppedBy === actor)
      levers.startComponent(host, 'kube-apiserver', actor);
  };
};

const onMember =
  (apply: (member: EtcdMember, strike: Strike) => Heal): Kind['strike'] =>
  (strike) => {
    const member = strike.world.etcd.members.find(({ host }) => host === strike.host?.name);
    if (member === undefined) return undefined;
    const heal = apply(member, strike);
    strike.hit();
    return heal;
  };

/** What befalls one etcd member or one API server. */
export const controlPlaneKinds: Kinds<
  'etcd-member-down' | 'etcd-lagging' | 'etcd-learner' | 'etcd-alarm' | 'api-refusing' | 'api-flapping'
> = {
  'etcd-member-down': { befalls: 'control-plane', lasts: shortOrLong, permanent: true, strike: keepsEnding('etcd') },
  'etcd-lagging': {
    befalls: 'control-plane',
    lasts: shortOrLong,
    permanent: true,
    strike: onMember((member) => {
      member.lag = 50_000;
      return () => (member.lag = 0);
    }),
  },
  'etcd-learner': {
    befalls: 'control-plane',
    lasts: shortOrLong,
    permanent: true,
    strike: onMember((member) => {
      member.learner = true;
      return () => (member.learner = false);
    }),
  },
  'etcd-alarm': {
    befalls: 'control-plane',
    lasts: shortOrLong,
    permanent: true,
    strike: onMember((member, { fault }) => {
      member.alarm = chosen(fault, ['NOSPACE', 'CORRUPT'] as const);
      return () => (member.alarm = undefined);
    }),
  },
  'api-refusing': {
    befalls: 'control-plane',
    lasts: shortOrLong,
    permanent: true,
    strike: keepsEnding('kube-apiserver'),
  },
  'api-flapping': { befalls: 'control-plane', lasts: short, strike: flaps },
};
