import { createHash } from 'node:crypto';
import { SimulatorGap } from '../../gap.ts';
import type { Task } from '../../kernel.ts';
import { seconds } from '../../cluster/clock-text.ts';
import { born } from './manifest-objects.ts';
import { KubeadmError, type KubeadmRun } from './kubeadm-run.ts';
import { durationMs } from './flags.ts';
import { isMap } from './value.ts';

export const tokenSecret = (id: string): string => `bootstrap-token-${id}`;

/** What a host that joins tells the authority by. Source: kubeadm, pubkeypin; here a hash of the whole certificate. */
export const pinOf = (authority: string): string => `sha256:${createHash('sha256').update(authority).digest('hex')}`;

const tokenType = 'bootstrap.kubernetes.io/token';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** `[a-z0-9]{6}.[a-z0-9]{16}`. Source: kubernetes.io, Authenticating with Bootstrap Tokens. */
const drawToken = ({ world: { random } }: KubeadmRun): { readonly id: string; readonly secret: string } => {
  const draw = (length: number): string =>
    Array.from({ length }, () => letters.charAt(random.below(letters.length))).join('');
  return { id: draw(6), secret: draw(16) };
};

interface TokenWish {
  readonly ms: number;
  readonly description?: string;
  readonly usages?: readonly string[];
  readonly group?: string;
  /** Made elsewhere. */
  readonly given?: { readonly id: string; readonly secret: string };
}

/** What kubeadm gives a token that hosts join with. Recorded, 1.35.4. */
export const usualToken = {
  usages: ['authentication', 'signing'],
  group: 'system:bootstrappers:kubeadm:default-node-token',
};

/** A new token as a Secret; the token cleaner takes it away once its time is over, and what lives by it with it. */
export const putToken = (
  run: KubeadmRun,
  { ms, description, usages = [], group, given }: TokenWish,
): { readonly id: string; readonly secret: string; readonly name: string; readonly uid: string } => {
  const { id, secret } = given ?? drawToken(run);
  const { kernel, objects } = run.world;
  const name = tokenSecret(id);
  const texts = {
    'token-id': id,
    'token-secret': secret,
    expiration: seconds(kernel.now + ms),
    ...(description === undefined ? {} : { description }),
    ...Object.fromEntries(usages.map((usage) => [`usage-bootstrap-${usage}`, 'true'])),
    ...(group === undefined ? {} : { 'auth-extra-groups': group }),
  };
  const object = born(run.call, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'kube-system', uid: '', resourceVersion: '', creationTimestamp: '' },
    type: tokenType,
    data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  });
  run.put(object);
  const { uid } = object.metadata;
  kernel.after(ms, () => {
    objects.remove('Secret', 'kube-system', name, { kind: 'cluster' });
    for (const { metadata } of objects.list('Secret', 'kube-system'))
      if (metadata.ownerReferences?.some((owner) => owner.uid === uid) === true)
        objects.remove('Secret', 'kube-system', metadata.name, { kind: 'cluster' });
  });
  return { id, secret, name, uid };
};

/** `token generate`: nobody is asked, and nothing is kept. */
const generate = function* (run: KubeadmRun): Task<void> {
  yield* run.work(20, 80);
  const { id, secret } = drawToken(run);
  run.say(`${id}.${secret}`);
};

/** `token create --ttl=T --print-join-command`. */
const create = function* (run: KubeadmRun): Task<void> {
  const { flags } = run.parsed;
  const ttl = flags.get('ttl');
  if (ttl === undefined || flags.get('print-join-command') !== 'true') throw new SimulatorGap(run.call.argv.join(' '));
  yield* run.api('timed out waiting for the condition');
  const { id, secret } = putToken(run, { ms: durationMs(ttl), ...usualToken });
  const pin = pinOf(run.host.files.read('/etc/kubernetes/pki/ca.crt'));
  run.call.out(`kubeadm join ${run.world.endpoint} --token ${id}.${secret} --discovery-token-ca-cert-hash ${pin} \n`);
};

/** Source: k8s.io/apimachinery, util/duration, `ShortHumanDuration`. */
const shortDuration = (ms: number): string => {
  const minutes = Math.trunc(ms / 60_000);
  if (ms < -1000) return '<invalid>';
  if (minutes < 1) return `${Math.max(0, Math.trunc(ms / 1000))}s`;
  return minutes < 60 ? `${minutes}m` : `${Math.trunc(minutes / 60)}h`;
};

/** Widths as recorded, 1.35.4: of the first five columns. */
const widths = [26, 12, 23, 25, 59];
const row = (...cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('');

/** `token list`. Recorded, 1.35.4. */
const list = function* (run: KubeadmRun): Task<void> {
  yield* run.api('failed to list bootstrap tokens');
  const rows = run.world.objects
    .list('Secret', 'kube-system')
    .filter((secret) => secret['type'] === tokenType)
    .toSorted((one, other) => (one.metadata.name < other.metadata.name ? -1 : 1))
    .map(({ data }) => {
      const text = (key: string): string | undefined => {
        const found = isMap(data) ? data[key] : undefined;
        return typeof found === 'string' ? Buffer.from(found, 'base64').toString() : undefined;
      };
      const until = text('expiration') ?? '';
      const usages = ['authentication', 'signing'].filter((usage) => text(`usage-bootstrap-${usage}`) === 'true');
      return row(
        `${text('token-id')}.${text('token-secret')}`,
        shortDuration(Date.parse(until) - run.host.kernel.now),
        until,
        usages.join(',') || '<none>',
        text('description') ?? '<none>',
        text('auth-extra-groups') ?? '<none>',
      );
    });
  if (rows.length > 0)
    run.say([row('TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'), ...rows].join('\n'));
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
    else if (verb === 'list' && id === undefined) yield* list(run);
    else if (verb === 'delete' && id !== undefined) yield* remove(run, id);
    else throw new SimulatorGap(run.call.argv.join(' '));
    return 0;
  } catch (error) {
    if (!(error instanceof KubeadmError)) throw error;
    run.call.err(`error: ${error.message}\nTo see the stack trace of this error execute with --v=5 or higher\n`);
    return 1;
  }
};
