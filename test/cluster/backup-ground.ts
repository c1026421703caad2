import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabCluster } from './lab-cluster.ts';

/** Two claims, one of them labelled and bound to a directory of the worker, and a secret. */
export const shop = (worker: string): string => `apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: v1
kind: Secret
metadata: { name: password, namespace: shop }
stringData: { password: swordfish }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: shop-data }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: by-hand
  local: { path: /srv/shop-data }
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchExpressions: [{ key: kubernetes.io/hostname, operator: In, values: [${worker}] }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop, labels: { app: db } }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: by-hand
  volumeName: shop-data
  resources: { requests: { storage: 1Gi } }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: logs, namespace: shop }
spec:
  accessModes: [ReadWriteOnce]
  resources: { requests: { storage: 100Mi } }
`;

/** The lab's inventory with a `backup:`, as an operator would write it. */
export const withBackup = (cluster: LabCluster, folder: string, name: string, backup: string): string => {
  const lines = backup
    .trimEnd()
    .split('\n')
    .map((line) => `      ${line}`);
  const file = join(folder, `${name}.yaml`);
  const text = readFileSync(cluster.inventory, 'utf8');
  writeFileSync(
    file,
    text.replace(/^ {4}nodes:/m, () => `    backup:\n${lines.join('\n')}\n    nodes:`),
  );
  return file;
};

/** What runs, listens, and lies about on a control plane, as far as a backup or a restore for a test could leave it. */
export const traces = String.raw`pgrep -a -x etcd
ss -Hltn | awk '{ print $4 }' | sort
find /var/lib/etcd -maxdepth 2 | sort
find /var/lib/nodeops /tmp \( -name '*.db' -o -name '*.tar' -o -name 'backup-*.*' -o -name '*.data' -o -type s \) | sort`;
