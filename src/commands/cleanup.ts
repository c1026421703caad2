import type { Command } from '../model/command.ts';
import { stuckNameText, type StuckName } from '../model/stuck.ts';
import { read, write } from './build.ts';
import { kubectlArgv, type ApiPlace } from './kubectl.ts';
import { nodeDirectory } from './systemd-run.ts';

const namespaced = ({ namespace }: StuckName): readonly string[] =>
  namespace === undefined ? [] : [`--namespace=${namespace}`];

/**
 * Takes the finalizers off one very object, as they were seen: another one of that name, or one that was given more of
 * them since, stays as it is. Source: RFC 6902, `test`.
 */
export const removeFinalizers = (
  place: ApiPlace,
  named: StuckName,
  { uid, finalizers }: { readonly uid: string; readonly finalizers: readonly string[] },
): Command => {
  const patch = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/finalizers', value: finalizers },
    { op: 'remove', path: '/metadata/finalizers' },
  ];
  return write(
    kubectlArgv(
      place,
      ...namespaced(named),
      'patch',
      named.resource,
      named.name,
      '--type=json',
      `--patch=${JSON.stringify(patch)}`,
    ),
  );
};

const pathOf = ({ resource, namespace, name }: StuckName): string | undefined =>
  ({
    pod: `/api/v1/namespaces/${namespace ?? ''}/pods/${name}`,
    node: `/api/v1/nodes/${name}`,
    volumeattachment: `/apis/storage.k8s.io/v1/volumeattachments/${name}`,
  })[resource];

/**
 * Deletes one very object, never another one of that name: a StatefulSet's next pod has the same. `atOnce`: without the
 * kubelet's word that its containers have ended. kubectl's own delete knows no such condition.
 * Source: k8s.io/apimachinery, meta/v1, DeleteOptions and Preconditions; kubectl delete --help, `--raw`.
 * @throws TypeError for a kind that is not deleted here.
 */
export const deleteExactly = (
  place: ApiPlace,
  named: StuckName,
  { uid, atOnce = false }: { readonly uid: string; readonly atOnce?: boolean },
): Command => {
  const path = pathOf(named);
  if (path === undefined) throw new TypeError(`${stuckNameText(named)} is not deleted here`);
  const options = {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    ...(atOnce ? { gracePeriodSeconds: 0 } : {}),
    preconditions: { uid },
  };
  return write(kubectlArgv(place, 'delete', `--raw=${path}`, '--filename=-'), { stdin: JSON.stringify(options) });
};

/** Where kubeadm keeps copies of what an upgrade replaces. Source: kubeadm, constants.go, TempDir. */
export const kubeadmCopies = '/etc/kubernetes/tmp';

/** A copy as kubeadm names them: `kubeadm-backup-etcd-2026-11-23-05-30-12`. Source: kubeadm, constants.go, CreateTimestampDirForKubeadm. */
export const kubeadmCopyForm = /^kubeadm-[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Prints of each directory there its kilobytes, when it was changed (seconds since the epoch), and its path. */
export const measureCopies = (): Command =>
  read(
    [
      'sh',
      '-c',
      `for d in ${kubeadmCopies}/kubeadm-* ${nodeDirectory}/asked-*; do
  [ -d "$d" ] && [ ! -L "$d" ] || continue
  printf '%s %s %s\\n' "$(du -skx "$d" | cut -f 1)" "$(stat -c %Y "$d")" "$d"
done
echo end`,
    ],
    { timeoutMs: 60_000 },
  );

/** Removes kubeadm's copies of these names, and nothing that is mounted below. @throws TypeError for another name. */
export const removeCopies = (names: readonly string[]): Command => {
  const wrong = names.find((name) => !kubeadmCopyForm.test(name));
  if (wrong !== undefined) throw new TypeError(`${JSON.stringify(wrong)} is no copy of kubeadm's`);
  return write(['rm', '-rf', '--one-file-system', ...names.map((name) => `${kubeadmCopies}/${name}/`)]);
};
