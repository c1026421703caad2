import { drainNode } from './drain-node.ts';
import { keepKubeletConfiguration } from './keep-kubelet-configuration.ts';
import { keepRuntime } from './keep-runtime.ts';
import { lendApiServer } from './lend-api-server.ts';
import { moveEtcdLeader } from './move-etcd-leader.ts';
import { returnApiServer } from './return-api-server.ts';
import { returnKubeletConfiguration } from './return-kubelet-configuration.ts';
import { saveEtcd } from './save-etcd.ts';
import { snapshotEtcd } from './snapshot-etcd.ts';
import type { Step } from './step.ts';
import { uncordonNode } from './uncordon-node.ts';
import { verifyOtherControlPlanes } from './verify-other-control-planes.ts';

/** A pair of steps around others: `enter` only where something inside is needed, `exit` whenever the enter was ours. */
export interface Bracket {
  readonly id: string;
  readonly enter: Step;
  readonly exit?: Step;
  /** What becomes of it where the body fails or is stopped: left as it is, or left by its exit all the same. */
  readonly onFailure?: 'exit';
  /** It says how the other nodes are: that is looked at again where it got old before something inside writes. */
  readonly ofOthers?: true;
}

/** Most are not left by themselves on failure: a node that did not verify stays cordoned, a snapshot stays where it is. */
export const allBrackets: readonly Bracket[] = [
  { id: 'drained', enter: drainNode, exit: uncordonNode },
  // Inside `drained`, whose exit gives back what this cordons anew: packages take minutes, in which somebody uncordons it.
  { id: 'still-drained', enter: drainNode },
  { id: 'snapshotted', enter: snapshotEtcd },
  // Of the whole, once in a run, whichever member answers.
  { id: 'saved', enter: saveEtcd },
  { id: 'others-in-service', enter: verifyOtherControlPlanes, ofOthers: true },
  { id: 'led-elsewhere', enter: moveEtcdLeader, ofOthers: true },
  {
    id: 'kubelet-configuration-kept',
    enter: keepKubeletConfiguration,
    exit: returnKubeletConfiguration,
    onFailure: 'exit',
  },
  // What was before stays for people where it fails: a containerd that runs is not taken back beneath its pods.
  { id: 'runtime-kept', enter: keepRuntime },
  { id: 'api-lent', enter: lendApiServer, exit: returnApiServer, onFailure: 'exit' },
];
