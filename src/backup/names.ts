/** What is in a backup, as it is called in every place: `<cluster>/<id>/<name>`. */
export const manifestName = 'manifest.json';
/** Written last: what has none was never finished. */
export const checksumsName = 'checksums.json';
/** Written once it was verified. */
export const verifiedName = 'verified.json';
export const encryptedSuffix = '.age';

export const snapshotFile = 'etcd-snapshot.db';
export const snapshotStatusFile = 'etcd-snapshot.json';
export const stateFile = 'cluster-state.json';
export const objectsFile = 'objects.jsonl';
export const nodeArchive = (node: string): string => `node-${node}.tar`;
export const nodeVersions = (node: string): string => `node-${node}.txt`;
/** What a hook printed: for instance the name under which it keeps its own part. */
export const hookOutput = (hook: string): string => `hook-${hook}.txt`;

/** As runs are called: a backup has the name of the run that made it. */
const idForm = /^\d{4}-\d{2}-\d{2}-\d{6}-[0-9a-f]{4}$/;

/** Whether a folder of a place can be a backup of ours by its name. */
export const isBackupId = (text: string): boolean => idForm.test(text);

/** When the run began that made it; in milliseconds. The manifest says when the snapshot was taken. */
export const timeOfId = (id: string): number => {
  const [, day = '', hours = '', minutes = '', seconds = ''] =
    /^(\d{4}-\d{2}-\d{2})-(\d{2})(\d{2})(\d{2})-/.exec(id) ?? [];
  return Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
};

/** Where the files of a run are gathered on the operator's side until they are stored. */
export const gatheredIn = (cluster: string, run: string): string => `${cluster}/${run}`;
/** How the hooks of a run ended, until its backup is stored; beside its files, and none of them. */
export const hookOutcomesIn = (cluster: string, run: string): string => `${gatheredIn(cluster, run)}/hooks`;
export const hookOutcomeName = (cluster: string, run: string, hook: string): string =>
  `${hookOutcomesIn(cluster, run)}/${hook}.json`;
/** What this machine remembers of a backup. */
export const recordName = (cluster: string, id: string): string => `${cluster}/backups/${id}.json`;
export const recordsOf = (cluster: string): string => `${cluster}/backups`;
