import { byCluster } from '../world/actor.ts';
import type { Host } from '../world/host.ts';
import { SteadyUnit } from './kubelet-unit.ts';
import { programOf } from './package-files.ts';

const socket = '/run/containerd/containerd.sock';

/** containerd.service: it runs from its package's installation on, and its socket is there as long as it does. */
export class ContainerdUnit extends SteadyUnit {
  readonly #host: Host;

  constructor(host: Host) {
    super(host, 'containerd.service', 'containerd container runtime');
    this.#host = host;
    this.state = 'inactive';
    this.subState = 'dead';
  }

  /** Containers go on while it is started anew. */
  start(): void {
    this.state = 'active';
    this.subState = 'running';
    if (this.#host.files.stat(socket) === undefined) this.#host.files.makeSocket(socket, byCluster);
  }
}

/** The unit's file comes with its package, as its program does. */
export const hasContainerd = ({ files }: Host): boolean => files.stat(programOf('containerd') ?? '') !== undefined;
