import type { Command, CommandResult } from '../../src/model/command.ts';

export interface FakeLease {
  rv: number;
  holder: string;
  epoch: number;
  renewTime: string;
  annotations: Record<string, string>;
}
export interface FakeOwner {
  epoch: number;
  run: string;
  holder: string;
  beat: number;
  wish?: string;
}

type Reply = Partial<CommandResult>;

const said = (code: number, stderr = '', stdout = ''): Reply => ({ exit: { kind: 'code', code }, stderr, stdout });
const refused = said(1, 'The request is invalid: the server rejected our request due to an error in our request\n');
const exists = said(
  1,
  'Error from server (AlreadyExists): error when creating "STDIN": leases.coordination.k8s.io "nodeops" already exists\n',
);
const noApi = 'The connection to the server 10.0.0.11:6443 was refused - did you specify the right host or port?\n';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}
interface Spec {
  readonly holderIdentity: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

const lines = (owner: FakeOwner, now: number): string =>
  `${owner.epoch} ${owner.run} ${owner.holder} 1795254000\n${owner.wish === undefined ? '' : `${owner.wish}\n`}${(owner.beat / 1000).toFixed(3)}\n${(now / 1000).toFixed(3)}\n`;

/** The lease and the epoch files of one cluster, as an API server and real nodes would keep them. */
export class LockWorld {
  lease: FakeLease | undefined;
  readonly nodes = new Map<string, FakeOwner>();
  api = true;
  /** Nodes whose epoch cannot be raised: a command keeps the lock. */
  readonly busy = new Set<string>();
  /** What was written for ownership itself, in order. */
  readonly log: string[] = [];
  /** Called before each of these writes: may change the world, as another process would. */
  before: (line: string) => void = () => undefined;
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  fact(node: string, key: string): Partial<{ stdout: string; stderr: string; code: number }> | undefined {
    if (key === 'node-epoch') {
      const owner = this.nodes.get(node);
      return { stdout: owner === undefined ? '' : lines(owner, this.now()) };
    }
    if (key !== 'owner-lease') return undefined;
    if (!this.api) return { code: 1, stderr: noApi };
    return { stdout: this.lease === undefined ? '' : JSON.stringify(this.#object(this.lease)) };
  }

  /** What comes of a write of the ownership itself; undefined for every other command. */
  answer(node: string, command: Command): Reply | undefined {
    const [program, , , name, ...rest] = command.argv;
    if (program === 'sh' && name === 'nodeops-raise') {
      this.#tell(`${node} raise ${rest.slice(0, 3).join(' ')}`);
      return this.#raise(node, rest);
    }
    if (program === 'sh' && name === 'nodeops-beat') {
      this.#tell(`${node} beat ${rest[0] ?? ''}`);
      const refusal = this.refusal(node, rest[0] ?? '');
      if (refusal !== undefined) return refusal;
      this.#owner(node).beat = this.now();
      const after = rest.length > 1 ? this.#kubectl(node, rest.slice(1), undefined) : said(0);
      return { ...after, stdout: `nodeops-beat\n${after.stdout ?? ''}` };
    }
    return program === 'kubectl' && (command.argv.includes('create') || command.argv.includes('lease'))
      ? this.#kubectl(node, command.argv, command.stdin)
      : undefined;
  }

  /** What a node says to a command of that epoch; undefined where it lets it through. */
  refusal(node: string, epoch: string): Reply | undefined {
    const owner = this.nodes.get(node);
    const text = owner === undefined ? '0 - - 0' : `${owner.epoch} ${owner.run} ${owner.holder} 1795254000`;
    return String(owner?.epoch) === epoch ? undefined : said(76, `nodeops-fenced ${text}\n`);
  }

  /** Another run becomes the owner, everywhere. */
  takeOver(epoch: number, holder = 'eve@laptop:1:ffffffffffff-1', run = 'r-eve'): void {
    for (const node of this.nodes.keys()) this.nodes.set(node, { epoch, run, holder, beat: this.now() });
    if (this.lease !== undefined) this.#change({ holder: `${holder}/${run}`, epoch });
  }

  #tell(line: string): void {
    this.before(line);
    this.log.push(line);
  }

  #owner(node: string): FakeOwner {
    const owner = this.nodes.get(node);
    if (owner === undefined) throw new Error(`${node} has no owner`);
    return owner;
  }

  #raise(node: string, [text = '', run = '', holder = '', wish]: readonly string[]): Reply {
    if (this.busy.has(node)) return said(75, 'a command of the former owner still holds the lock\n');
    const epoch = Number(text);
    const owner = this.nodes.get(node);
    const own = owner?.epoch === epoch && owner.run === run && owner.holder === holder;
    if (owner !== undefined && owner.epoch >= epoch && !own)
      return said(76, `nodeops-fenced ${owner.epoch} ${owner.run} ${owner.holder} 1795254000\n`);
    this.nodes.set(node, { epoch, run, holder, beat: this.now(), ...(wish === undefined ? {} : { wish }) });
    return said(0);
  }

  #kubectl(node: string, argv: readonly string[], stdin: string | undefined): Reply {
    if (stdin !== undefined) {
      this.#tell(`${node} create lease`);
      return this.api ? this.#create(stdin) : said(1, noApi);
    }
    const text = argv.find((word) => word.startsWith('--patch='))?.slice('--patch='.length) ?? '[]';
    const operations: readonly Operation[] = JSON.parse(text);
    this.#tell(
      `${node} patch lease ${operations.map(({ op, path }) => `${op} ${path.replace(/^.*\//, '')}`).join(', ')}`,
    );
    return this.api ? this.#patch(operations) : said(1, noApi);
  }

  #create(stdin: string): Reply {
    if (this.lease !== undefined) return exists;
    const { spec, metadata }: { spec: Spec; metadata: { annotations: Record<string, string> } } = JSON.parse(stdin);
    this.lease = { rv: 1, holder: '', epoch: 0, renewTime: '', annotations: metadata.annotations };
    this.#change({ holder: spec.holderIdentity, epoch: spec.leaseTransitions, renewTime: spec.renewTime });
    return said(0);
  }

  #patch(operations: readonly Operation[]): Reply {
    const { lease } = this;
    if (lease === undefined)
      return said(1, 'Error from server (NotFound): leases.coordination.k8s.io "nodeops" not found\n');
    const found: Readonly<Record<string, unknown>> = {
      '/metadata/resourceVersion': String(lease.rv),
      '/spec/holderIdentity': lease.holder,
      '/spec/leaseTransitions': lease.epoch,
    };
    if (operations.some(({ op, path, value }) => op === 'test' && found[path] !== value)) return refused;
    for (const { op, path, value } of operations) if (op !== 'test') this.#set(path, value);
    return said(0);
  }

  #set(path: string, value: unknown): void {
    const annotation = /^\/metadata\/annotations\/(.+)$/.exec(path)?.[1];
    if (annotation !== undefined) {
      const annotations = { ...this.lease?.annotations, [annotation.replaceAll('~1', '/')]: String(value) };
      this.#change({ annotations });
    } else if (path === '/metadata/annotations') this.#change({ annotations: Object(value) });
    else if (path === '/spec/holderIdentity') this.#change({ holder: String(value) });
    else if (path === '/spec/renewTime') this.#change({ renewTime: String(value) });
    else if (path === '/spec') {
      const spec: Spec = Object(value);
      this.#change({ holder: spec.holderIdentity, epoch: spec.leaseTransitions, renewTime: spec.renewTime });
    } else throw new Error(`a lease has nothing at ${path}`);
  }

  #change(part: Partial<FakeLease>): void {
    if (this.lease === undefined) throw new Error('there is no lease');
    this.lease = { ...this.lease, ...part, rv: this.lease.rv + 1 };
  }

  #object({ rv, holder, epoch, renewTime, annotations }: FakeLease): object {
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'nodeops', namespace: 'kube-system', resourceVersion: String(rv), annotations },
      spec: {
        holderIdentity: holder,
        leaseTransitions: epoch,
        renewTime,
        acquireTime: renewTime,
        leaseDurationSeconds: 60,
      },
    };
  }
}

/** The command within its fence, and the epoch that it was sent with. */
export const withinFence = (command: Command): { readonly command: Command; readonly epoch?: string } => {
  const [program, , , name, epoch, ...argv] = command.argv;
  return program === 'sh' && name === 'nodeops-fence' && epoch !== undefined
    ? { command: { ...command, argv }, epoch }
    : { command };
};
