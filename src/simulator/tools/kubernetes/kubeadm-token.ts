import { createHash } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import type { KubeObject } from '../../world/world.ts';
import { seconds } from '../../cluster/clock-text.ts';
import { born } from './manifest-objects.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { durationMs } from './flags.ts';

export const tokenSecret = (id: string): string => `bootstrap-token-${id}`;

/** What a host that joins tells the authority by. Source: kubeadm, pubkeypin; here a hash of the whole certificate. */
export const pinOf = (authority: string): string => `sha256:${createHash('sha256').update(authority).digest('hex')}`;

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `[a-z0-9]{6}.[a-z0-9]{16}`. Source: kubernetes.io, Authenticating with Bootstrap Tokens. */
const drawToken = ({ world: { random } }: KubeadmRun): { readonly id: string; readonly secret: string } => {
  const draw = (length: number): string =>
    Array.from({ length }, () => letters.charAt(random.below(letters.length))).join('');
  return { id: draw(6), secret: draw(16) };
};

const encoded = (text: string): string => Buffer.from(text).toString('base64');

/** `ttl` in ms. Source: kubernetes.io, Authenticating with Bootstrap Tokens, "Bootstrap Token Secret Format". */
export const tokenObject = (run: KubeadmRun, id: string, secret: string, ttl: number): KubeObject =>
  born(run.call, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: tokenSecret(id), namespace: 'kube-system', uid: '', resourceVersion: '', creationTimestamp: '' },
    type: 'bootstrap.kubernetes.io/token',
    data: {
      'token-id': encoded(id),
      'token-secret': encoded(secret),
      expiration: encoded(seconds(run.world.kernel.now + ttl)),
    },
  });

/** `token generate`: nobody is asked, and nothing is kept. */
const generate = function* (run: KubeadmRun): Task<void> {
  yield* run.work(20, 80);
  const { id, secret } = drawToken(run);
  run.say(`${id}.${secret}`);
};

/** `token create --ttl=T --print-join-command`. The token cleaner takes it away once its time is over. */
const create = function* (run: KubeadmRun): Task<void> {
  const { flags } = run.parsed;
  const ttl = flags.get('ttl');
  if (ttl === undefined || flags.get('print-join-command') !== 'true') throw new SimulatorGap(run.call.argv.join(' '));
  yield* run.api('timed out waiting for the condition');
  const { id, secret } = drawToken(run);
  const { kernel, objects } = run.world;
  run.put(tokenObject(run, id, secret, durationMs(ttl)));
  kernel.after(durationMs(ttl), () => objects.remove('Secret', 'kube-system', tokenSecret(id), { kind: 'cluster' }));
  const pin = pinOf(run.host.files.read('/etc/kubernetes/pki/ca.crt'));
  run.call.out(`kubeadm join ${run.world.endpoint} --token ${id}.${secret} --discovery-token-ca-cert-hash ${pin} \n`);
};

/** `token delete ID`. */
const remove = function* (run: KubeadmRun, id: string): Task<void> {
  yield* run.api('timed out waiting for the condition');
  const name = tokenSecret(id.slice(0, 6));
  if (run.world.objects.get('Secret', 'kube-system', name) === undefined)
    throw new KubeadmError(`failed to delete bootstrap token "${id}": secrets "${name}" not found`);
  run.world.objects.remove('Secret', 'kube-system', name, run.call.actor);
  run.say(`bootstrap token "${id}" deleted`);
};

/** `kubeadm token …`, with admin.conf. Source: kubeadm token --help; kubeadm, cmd/token.go; not recorded. */
export const token = function* (run: KubeadmRun): Task<number> {
  const [, verb, id] = run.parsed.words;
  try {
    if (verb === 'create' && id === undefined) yield* create(run);
    else if (verb === 'generate' && id === undefined) yield* generate(run);
    else if (verb === 'delete' && id !== undefined) yield* remove(run, id);
    else throw new SimulatorGap(run.call.argv.join(' '));
    return 0;
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    run.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
    return 1;
  }
};
