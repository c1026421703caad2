import { SimulatorGap } from '../../gap.ts';
import { podGateway, podRoutes } from '../../host/network.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { readOptions } from './options.ts';

/** The network that all hosts are in (recorded: 172.31.0.0/16). */
const network = '172.31.0.0/16';
const router = '172.31.0.1';
const broadcast = '172.31.255.255';

const gap = (call: Call): never => {
  throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
};

/** No host has an address of IPv6. Source: ip-route(8), iproute2 6.1: rc 2. */
const unreachable = (call: Call): number => {
  call.err('RTNETLINK answers: Network is unreachable\n');
  return 2;
};

const routeGet = (call: Call, to: string): number => {
  call.out(`${to} via ${router} dev eth0 src ${call.host.address} uid ${call.uid} \n    cache \n`);
  return 0;
};

const routes = (call: Call): number => {
  const { host } = call;
  const lines = [
    `default via ${router} dev eth0 `,
    ...podRoutes(host).map((range) => `${range} via ${router} dev eth0 `),
    `${network} dev eth0 proto kernel scope link src ${host.address} `,
  ];
  call.out(lines.map((line) => `${line}\n`).join(''));
  return 0;
};

const forever = String.raw`\       valid_lft forever preferred_lft forever`;

const addresses = (call: Call): number => {
  const pods = podGateway(call.host);
  call.out(`2: eth0    inet ${call.host.address}/16 brd ${broadcast} scope global eth0${forever}\n`);
  if (pods !== undefined) call.out(`3: cni0    inet ${pods}/24 scope global cni0${forever}\n`);
  return 0;
};

const deleteLink = (call: Call, name: string): number => {
  if (call.uid !== 0) {
    call.err('RTNETLINK answers: Operation not permitted\n');
    return 2;
  }
  if (call.host.network.interfaces.delete(name)) return 0;
  call.err(`Cannot find device "${name}"\n`);
  return 1;
};

/** ip(8) of iproute2 6.1: routes, addresses, the end of a link. The forms of its lines were recorded on the lab. */
export const ip: Tool = (call) => {
  const options = readOptions({ program: 'ip', flags: ['-4', '-6', '-o'] }, call.argv.slice(1));
  const words = options.rest.join(' ');
  const [, , third = ''] = options.rest;
  if (words === 'route show') return options.has('-6') ? 0 : routes(call);
  if (words === `route get ${third}`) return options.has('-6') ? unreachable(call) : routeGet(call, third);
  if (words === 'address show scope global' && options.has('-o')) return addresses(call);
  return words === `link delete ${third}` ? deleteLink(call, third) : gap(call);
};
