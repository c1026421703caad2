import { readKubeletConf } from '../commands/kubelet-conf.ts';
import { defineFact, type Output, type Parsed } from './fact.ts';

/** Which API server a node's kubelet asks. */
export interface KubeletConf {
  /** `https://172.31.0.11:6443`; empty where the file names none, or several. */
  readonly server: string;
  /** While another one is lent to it: which one it asked before, and is to ask again. */
  readonly before?: string;
  /** The kubelet was restarted since, and asks what it was lent. */
  readonly taken: boolean;
}

const line = /^(server|before) (https:\/\/\S+)$/;

/** A file that is not as kubeadm writes it (several clusters, quotes) has no one address that could be replaced. */
const readServers = (stdout: string): Readonly<Record<string, string>> | undefined => {
  const lines = stdout.split('\n').filter((each) => each !== '' && each !== 'taken');
  const servers = lines.map((each) => line.exec(each)?.slice(1, 3) ?? []);
  return servers.every(([name]) => name !== undefined) && new Set(servers.map(([name]) => name)).size === servers.length
    ? Object.fromEntries(servers)
    : undefined;
};

const parse = ({ stdout, stderr, code }: Output): Parsed<KubeletConf> => {
  if (code === 3) return { absent: true };
  if (code !== 0) return { unreadable: `${stdout}${stderr}`.trim() || `rc ${code}` };
  const servers = readServers(stdout);
  if (servers === undefined && /^before /m.test(stdout)) return { unreadable: stdout };
  const { server = '', before } = servers ?? {};
  const taken = stdout.split('\n').includes('taken');
  return { value: { server, ...(before === undefined ? {} : { before }), taken } };
};

/** Source: kubeadm's kubelet.conf, and our own file beside it (commands/kubelet-conf.ts); recorded on the lab, 1.35.4. */
export const kubeletConf = defineFact<KubeletConf>({
  id: 'kubelet-conf',
  subject: 'node',
  command: readKubeletConf,
  parse,
});
