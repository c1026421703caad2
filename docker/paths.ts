import { homedir } from 'node:os';
import { join } from 'node:path';

/** Everything the lab keeps is outside the checkout, so that it is built once a machine. */
export const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nodeops-lab');

/** The folder that holds this file: Dockerfiles, unit files and manifests lie beneath it. */
export const recipe = import.meta.dirname;

export const sshKey = join(cache, 'ssh', 'id');
export const certificates = join(cache, 'certificates');
export const repository = join(cache, 'repository');
export const registry = join(cache, 'registry');

export const clusterFolder = (name: string): string => join(cache, 'clusters', name);
export const inventoryFile = (name: string): string => join(clusterFolder(name), 'inventory.yaml');
export const kubeadmFile = (name: string): string => join(clusterFolder(name), 'kubeadm.yaml');
export const knownHostsFile = (name: string): string => join(clusterFolder(name), 'known_hosts');
