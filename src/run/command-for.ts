import { onEtcdHost } from '../commands/etcdctl.ts';
import type { Node } from '../model/cluster.ts';
import type { Command } from '../model/command.ts';

/** A command as it is sent to that node: what is asked of etcd finds it otherwise on a host of its own. */
export const commandFor = ({ role }: Node, command: Command): Command =>
  role === 'etcd' ? onEtcdHost(command) : command;
