import type { Task } from '../../kernel.ts';
import { reach } from '../../cluster/endpoints.ts';
import type { Call } from '../../shell/tool.ts';
import type { Host, World } from '../../world/host.ts';
import { FileError } from '../../world/files.ts';
import type { KubeObject } from '../../world/world.ts';
import type { Parsed } from './flags.ts';

/** kubeadm gives up: what stands after `error: `. It always ends with 1. */
export class KubeadmError extends Error {
  override readonly name = 'KubeadmError';
}

/** Source: kubeadm's timeouts, kubernetesAPICall. */
const apiMs = 60_000;

/** One kubeadm command under way on a host: its own version, what it says, and its way to the API. */
export class KubeadmRun {
  readonly call: Call;
  readonly parsed: Parsed;
  /** Of the binary. */
  readonly version: string;
  readonly host: Host;
  readonly world: World;

  constructor(call: Call, parsed: Parsed, version: string) {
    this.call = call;
    this.parsed = parsed;
    this.version = version;
    this.host = call.host;
    this.world = call.host.world;
  }

  say(line: string): void {
    this.call.out(`${line}\n`);
  }

  /** Works for so long, give or take. */
  *work(low: number, high: number): Task<void> {
    yield this.host.kernel.now + this.world.random.between(low, high);
  }

  /** A question to the API, or a write: asked for a minute where it does not answer. @throws KubeadmError then. */
  *api(what: string): Task<Host> {
    const { kernel } = this.host;
    const path = this.host.role === 'control-plane' ? '/etc/kubernetes/admin.conf' : '/etc/kubernetes/kubelet.conf';
    if (this.host.files.stat(path) === undefined)
      throw new KubeadmError(`${what}: failed to load admin kubeconfig: open ${path}: no such file or directory`);
    const address = /^ *server: https:\/\/(\S+)$/m.exec(this.host.files.read(path))?.[1] ?? '';
    const until = kernel.now + apiMs;
    yield* this.work(10, 60);
    for (;;) {
      const { host, state } = reach(this.world, address);
      if (state.serving && host !== undefined) return host;
      if (kernel.now >= until)
        throw new KubeadmError(
          `${what}: Get "https://${address}/api/v1/namespaces/kube-system/configmaps/kubeadm-config?timeout=10s": dial tcp ${address}: connect: connection refused`,
        );
      yield kernel.now + 1000;
    }
  }

  /** Writes an object that was changed. @throws KubeadmError where etcd takes no writes. */
  put(object: KubeObject): void {
    if (this.world.etcd.members.some(({ alarm }) => alarm === 'NOSPACE'))
      throw new KubeadmError('etcdserver: mvcc: database space exceeded');
    this.world.objects.put(object, this.call.actor);
  }

  /** Writes a file, with the error of a full disk as Go says it. */
  write(path: string, text: string, mode = 0o600): void {
    try {
      this.host.files.write(path, text, this.call.actor, { mode });
    } catch (error) {
      throw fileError(error, 'open', path);
    }
  }

  /** The same, with the directory that it lies in. */
  writeIn(path: string, text: string, mode = 0o600): void {
    const directory = path.slice(0, path.lastIndexOf('/'));
    if (this.host.files.stat(directory) === undefined) this.makeDirectory(directory, { parents: true, mode: 0o755 });
    this.write(path, text, mode);
  }

  /** All of a command, to its exit code: kubeadm always ends with 1 where it gives up. */
  *ending(work: Task<void>): Task<number> {
    try {
      yield* work;
      return 0;
    } catch (error) {
      if (!(error instanceof KubeadmError)) throw error;
      this.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
      return 1;
    }
  }

  /** What fails in it is told with the name of the phase. */
  *phase<T>(name: string, work: Task<T>): Task<T> {
    try {
      return yield* work;
    } catch (error) {
      if (!(error instanceof KubeadmError)) throw error;
      throw new KubeadmError(`error execution phase ${name}: ${error.message}`);
    }
  }

  makeDirectory(path: string, options: { readonly parents?: true; readonly mode?: number } = {}): void {
    try {
      this.host.files.makeDirectory(path, this.call.actor, { mode: 0o700, ...options });
    } catch (error) {
      throw fileError(error, 'mkdir', path);
    }
  }

  /** `2026-11-21-09-40-43`, as kubeadm names its directories; by the host's own clock. */
  stamp(): string {
    const { kernel, clockOffsetMs } = this.host;
    return new Date(kernel.now + clockOffsetMs).toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on device',
  EEXIST: 'file exists',
  ENOENT: 'no such file or directory',
};

const fileError = (error: unknown, verb: string, path: string): unknown =>
  error instanceof FileError ? new KubeadmError(`${verb} ${path}: ${reasons[error.code] ?? error.code}`) : error;
