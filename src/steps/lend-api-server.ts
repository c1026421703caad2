import { z } from 'zod';
import { lendApiServer as lend } from '../commands/kubelet-conf.ts';
import { kubeletConf } from '../facts/kubelet-conf.ts';
import { kubeletVersions, type KubeletVersions } from '../facts/kubelet-versions.ts';
import { otherApiServer, type OtherApiServer } from '../facts/other-api-server.ts';
import { staticPods } from '../facts/static-pods.ts';
import type { NodeSubject } from '../model/subject.ts';
import { judged, needed, satisfied } from '../model/verdict.ts';
import { compareVersions } from '../model/version.ts';
import { defineStep } from './step.ts';

interface Lent {
  readonly other: OtherApiServer;
  readonly kubelet: KubeletVersions;
}

/** A control plane that is come back for has its new kubelet already: an older API server is none for it. */
const lender = ({ other, kubelet: { running } }: Lent): string | undefined =>
  other.ready.find(
    ({ version }) => version !== undefined && running !== undefined && compareVersions(version, running) >= 0,
  )?.address;

/**
 * A kubelet deletes the mirror pod of the old etcd before it starts the new one. Where its API server has only that etcd
 * to ask, this waits for a time-out of 34 s, twice as long as all the rest (lab: etcd away for 47 s instead of 13).
 */
export const lendApiServer = defineStep({
  id: 'lend-api-server',
  subject: 'node',
  title: () => 'the kubelet asks another API server',
  with: z.strictObject({}),
  detect: (_wish, _on: NodeSubject) => ({
    conf: kubeletConf,
    pods: staticPods,
    other: otherApiServer,
    kubelet: kubeletVersions,
  }),

  check: ({ conf, pods, other, kubelet }, _wish, on) => {
    const ownOnly = pods.apiServer !== undefined && (conf.before ?? conf.server) === pods.apiServer;
    // An etcd elsewhere goes on while the kubelet replaces static pods.
    if (pods.components['etcd'] === undefined && conf.before === undefined) return satisfied;
    if (!ownOnly || (other.known === 0 && conf.before === undefined)) return satisfied;
    if (conf.before !== undefined && conf.server !== conf.before && conf.taken) return satisfied;
    const longer = 'nothing has to be done: its etcd is away for half a minute longer';
    if (kubelet.installed !== kubelet.running)
      return judged(
        [],
        [
          {
            because: `${on.node}: its kubelet is not restarted now, since another one is installed than the one that runs`,
            fix: longer,
          },
        ],
      );
    const address = lender({ other, kubelet });
    return address === undefined
      ? judged(
          [],
          [
            {
              because:
                other.ready.length === 0
                  ? `${on.node} reaches no other control plane's API server: its kubelet goes on asking its own`
                  : `${on.node}: no other control plane's API server is as new as its kubelet ${kubelet.running ?? '(stopped)'}: it goes on asking its own`,
              fix: longer,
            },
          ],
        )
      : needed(`the kubelet asks ${address} instead of ${pods.apiServer}`);
  },
  apply: (seen, _wish, on) => {
    const address = lender(seen);
    return address === undefined ? [] : [{ do: 'exec', on: on.node, command: lend(address) }];
  },
  expect: ({ conf, ...seen }) => ({
    conf: { server: lender(seen) ?? conf.server, before: conf.before ?? conf.server, taken: true },
  }),

  // Which of the others answers first, and whether one does, moves by itself.
  unheld: true,
  limits: () => ({ attempts: 2, pendingMs: 60_000 }),
  explain: {
    why: 'The kubelet ends the old etcd only after a word with its API server, which has no etcd meanwhile: it waits out a time-out.',
    source: 'measured on the lab, three control planes, 1.35.4 → 1.36.3: 71 s for etcd, 14 s so',
    type: [
      'cp -p /etc/kubernetes/kubelet.conf /var/lib/nodeops/',
      "sed -i 's|server: .*|server: https://ANOTHER-CONTROL-PLANE:6443|' /etc/kubernetes/kubelet.conf",
      'systemctl restart kubelet',
    ],
  },
});
