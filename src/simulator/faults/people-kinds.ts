import type { Actor } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import type { Kinds, Strike } from './kind.ts';
import { short } from './kind.ts';

const person: Actor = { kind: 'person', name: 'colleague' };

/** The first control plane whose API server answers: a person tries until one does. */
const apiHost = ({ world }: Strike): Host | undefined =>
  [...world.hosts.values()].find(({ name, role }) => role === 'control-plane' && world.apiServer(name).serving);

const kubectl =
  (verb: 'cordon' | 'uncordon') =>
  (strike: Strike): undefined => {
    const through = apiHost(strike);
    if (strike.host === undefined || through === undefined) return;
    const line = `kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://${through.address}:6443 ${verb} ${strike.host.name}`;
    strike.levers.type(through, line, person);
    strike.hit();
  };

/** The same package, by hand, and held again as a careful colleague would. */
const upgradesByHand = (strike: Strike): undefined => {
  const { host, levers } = strike;
  if (host === undefined) return;
  const wanted = `kubeadm=${levers.version}-1.1`;
  levers.type(
    host,
    `apt-mark unhold kubeadm; apt-get install -y -qq --no-remove --allow-change-held-packages ${wanted}; apt-mark hold kubeadm`,
    person,
  );
  strike.hit();
};

/** What other people do at the same cluster, and what befalls a program of ours and its connections. */
export const peopleKinds: Kinds<
  | 'person-cordons'
  | 'person-uncordons'
  | 'person-upgrades-by-hand'
  | 'second-operator'
  | 'program-killed'
  | 'program-paused'
  | 'frozen-peer'
  | 'slow-peer'
> = {
  'person-cordons': { befalls: 'worker', strike: kubectl('cordon') },
  'person-uncordons': { befalls: 'any', strike: kubectl('uncordon') },
  'person-upgrades-by-hand': { befalls: 'any', strike: upgradesByHand },
  'second-operator': {
    befalls: 'none',
    strike: (strike) => {
      strike.levers.startSecondOperator();
      strike.hit();
      return undefined;
    },
  },
  'program-killed': {
    befalls: 'none',
    strike: (strike) => {
      strike.hit();
      strike.levers.killProgram();
      return undefined;
    },
  },
  // Past the duration of every lease, so that another may take over meanwhile.
  'program-paused': {
    befalls: 'none',
    strike: (strike) => {
      strike.hit();
      strike.levers.pauseProgram(strike.fault.delayMs ?? 300_000);
      return undefined;
    },
  },
  'frozen-peer': {
    befalls: 'any',
    lasts: short,
    strike: (strike) => {
      if (strike.host === undefined) return undefined;
      const link = strike.levers.link(strike.host);
      link.freeze();
      strike.hit();
      return () => link.thaw();
    },
  },
  'slow-peer': {
    befalls: 'any',
    lasts: short,
    strike: (strike) => {
      if (strike.host === undefined) return undefined;
      const link = strike.levers.link(strike.host);
      const before = link.oneWayMs;
      link.oneWayMs = 1500;
      strike.hit();
      return () => (link.oneWayMs = before);
    },
  },
};
