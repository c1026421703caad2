import { checked, fullList, map, parsed, text } from '../documents/fields.ts';
import { parseSubnet } from '../model/subnet.ts';
import { parseTaint } from '../model/taint.ts';
import { isLabelKey, isLabelValue } from './names.ts';

/** kubeadm takes one subnet, or one of each address family. Source: kubeadm, v1beta4, Networking; dual-stack. */
const isSubnets = (written: string): boolean => {
  const families = written.split(',').map((each) => parseSubnet(each)?.family);
  return families.length <= 2 && !families.includes(undefined) && new Set(families).size === families.length;
};

const subnets = checked('a subnet such as 10.244.0.0/16, or one of each family with a comma', isSubnets);

const isEndpoint = (written: string): boolean => {
  const [, port = '6443'] = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(written) ?? ['', '0'];
  return Number(port) >= 1 && Number(port) <= 65_535;
};

/** What a cluster is made with; of one that is there it is not read. */
export const createSchema = map('a map with what a cluster is made with', {
  endpoint: checked('a host and a port, e.g. api.paris.example:6443', isEndpoint).exactOptional(),
  podSubnet: subnets.exactOptional(),
  serviceSubnet: subnets.exactOptional(),
  packages: parsed(
    'the address of the package repositories, without the minor, e.g. https://pkgs.k8s.io/core:/stable:/',
    (written) => /^(https?:\/\/[^\s/@]+\/\S*[^/\s])\/*$/.exec(written)?.[1],
  ).exactOptional(),
  configuration: text('the path of a kubeadm configuration').exactOptional(),
});

const isTaintOf = (written: string) => {
  const taint = parseTaint(written);
  return taint !== undefined && isLabelKey(taint.key) && isLabelValue(taint.value ?? '') ? taint : undefined;
};

export const taintsSchema = fullList(
  'a list of taints, e.g. [dedicated=gpu:NoSchedule]',
  parsed('a taint such as dedicated=gpu:NoSchedule', isTaintOf),
);
