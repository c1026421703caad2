import dnsPacket, { type Packet } from 'dns-packet';
import type { Command } from '../model/command.ts';
import { read, write } from './build.ts';
import { quoteWord } from './quote.ts';
import { apply, kubectlArgv, type ApiPlace } from './kubectl.ts';

/** Everything that a smoke test makes is in it, so that removing it removes all. */
export const smokeNamespace = 'nodeops-smoke';
/** Of the Deployment, its pods and the Service. */
export const smokeName = 'smoke';
/** A namespace of that name without it is somebody else's. */
export const smokeLabel = { key: 'nodeops.dev/smoke', value: 'workload' } as const;
export const smokeServicePort = 80;

/** Used where nobody names another: a web server that most registries and their mirrors have. */
export const defaultSmokeImage = 'docker.io/library/nginx:1.29-alpine';

/** Where it has its pages. */
export const defaultSmokePages = '/usr/share/nginx/html';
/** The file that a web server gives for a directory. */
export const smokePage = 'index.html';

/** What is to run on the cluster for a while. */
export interface SmokeWish {
  readonly run: string;
  readonly image: string;
  /** On which its web server listens. */
  readonly port: number;
  /** The folder from which it serves pages. */
  readonly pages: string;
  /** Its arguments; none: as the image has them. */
  readonly args: readonly string[];
  /** How many pods: one for each node that takes some. */
  readonly replicas: number;
}

const metadata = { name: smokeName, namespace: smokeNamespace, labels: { app: smokeName } };

const podOf = ({ image, port, pages, args }: SmokeWish) => ({
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  terminationGracePeriodSeconds: 1,
  // Tainted nodes are no place that would have to be filled. Source: kubernetes.io, Pod Topology Spread Constraints.
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'kubernetes.io/hostname',
      whenUnsatisfiable: 'DoNotSchedule',
      nodeTaintsPolicy: 'Honor',
      labelSelector: { matchLabels: metadata.labels },
    },
  ],
  containers: [
    {
      name: 'web',
      image,
      ...(args.length === 0 ? {} : { args }),
      ports: [{ containerPort: port }],
      resources: { requests: { cpu: '10m', memory: '16Mi' } },
      readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
      volumeMounts: [{ name: 'pages', mountPath: pages, readOnly: true }],
    },
  ],
  volumes: [{ name: 'pages', configMap: { name: smokeName } }],
});

/**
 * The namespace, a page, a Deployment and a Service in it, as one document for `kubectl apply`. The namespace asks for the Pod
 * Security Standard `baseline`: most web servers run as root, which a cluster-wide `restricted` would refuse. The page names the run: where an address leads to somebody else, a proxy
 * of the network most of all, what answers there does not know it (lab: HTTP 426 for the address of a pod without a route).
 */
const manifestOf = (wish: SmokeWish): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: {
          name: smokeNamespace,
          labels: { [smokeLabel.key]: smokeLabel.value, 'pod-security.kubernetes.io/enforce': 'baseline' },
          annotations: { 'nodeops.dev/run': wish.run },
        },
      },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { [smokePage]: `${smokeNamespace} ${wish.run}\n` } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: {
          replicas: wish.replicas,
          selector: { matchLabels: metadata.labels },
          template: { metadata: { labels: metadata.labels }, spec: podOf(wish) },
        },
      },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: metadata.labels, ports: [{ port: smokeServicePort, targetPort: wish.port }] },
      },
    ],
  });

/** Makes the namespace and what is in it. */
export const placeSmoke = (place: ApiPlace, wish: SmokeWish): Command => apply(place, manifestOf(wish));

/** By its label too: one that is somebody else's by now stays. Does not wait for what is in it to end. */
export const removeSmoke = (place: ApiPlace): Command =>
  write(
    kubectlArgv(
      place,
      'delete',
      'namespaces',
      `--selector=${smokeLabel.key}=${smokeLabel.value}`,
      `--field-selector=metadata.name=${smokeNamespace}`,
      '--wait=false',
    ),
  );

/** What a node asks: a web server for its page, or the cluster's DNS for an address. */
export type SmokeQuestion =
  | {
      readonly of: 'service' | 'pod';
      readonly name: string;
      readonly address: string;
      readonly port: number;
      readonly path: string;
      /** What the page is to say. */
      readonly expects: string;
    }
  | {
      readonly of: 'dns';
      readonly protocol: 'udp' | 'tcp';
      /** Of the name server. */
      readonly address: string;
      readonly name: string;
      /** What the name is to lead to. */
      readonly expects: string;
    };

/** Seconds in which an answer has to come. */
export const answerSeconds = 3;
/** At once, of one node: connections to pods of a large cluster are a burst otherwise. */
const atOnce = 32;

/** Bytes for bash's printf. */
const escaped = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`).join('');

/** RFC 1035, 4.1 and 4.2.2: over TCP with its length before it. */
const dnsQuery = ({ protocol, name, expects }: Extract<SmokeQuestion, { of: 'dns' }>): string => {
  const packet: Packet = {
    type: 'query',
    id: 1,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ type: expects.includes(':') ? 'AAAA' : 'A', class: 'IN', name }],
  };
  return escaped(protocol === 'tcp' ? dnsPacket.streamEncode(packet) : dnsPacket.encode(packet));
};

/**
 * Only bash and coreutils: a node need have no curl and no dig. `printf` of bash writes a line at a time (stdout is
 * line-buffered), which would be two datagrams where a label is ten bytes long: dd makes one of them. Source: bash(1),
 * "REDIRECTION", /dev/tcp and /dev/udp; bash 5.2, coreutils 9.1 (lab, Debian 12).
 */
const functions = `http() {
  exec 3<>"/dev/tcp/$1/$2" &&
    printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' "$3" "$1" >&3 && head -c 4096 <&3
}
udp() {
  set -o pipefail
  exec 3<>"/dev/udp/$1/53" && printf "$2" | dd bs=512 count=1 iflag=fullblock status=none >&3 &&
    dd bs=4096 count=1 status=none <&3 | od -An -v -tx1
}
tcp() {
  set -o pipefail
  exec 3<>"/dev/tcp/$1/53" && printf "$2" >&3 && length=$(head -c 2 <&3 | od -An -v -tu1) || return
  set -- $length
  head -c $((\${1:-0} * 256 + \${2:-0})) <&3 | od -An -v -tx1
}
ask() {
  local number=$1 said code
  shift
  said=$(timeout ${answerSeconds} bash --norc -c '"$@"' bash "$@" 2>&1)
  code=$?
  said=\${said//[$'\\n\\r\\t']/ }
  printf '%s\\t%s\\t%s\\n' "$number" "$code" "\${said:0:4096}"
}
export -f http udp tcp`;

const line = (question: SmokeQuestion, index: number): string => {
  const { address } = question;
  const asked =
    question.of === 'dns'
      ? `${question.protocol} ${address} '${dnsQuery(question)}'`
      : `http ${address} ${question.port} ${quoteWord(question.path)}`;
  return `ask ${index} ${asked} &${(index + 1) % atOnce === 0 ? '\nwait' : ''}`;
};

/**
 * Asks from the node that runs it, and prints of each question its number, the exit code (124: no answer in time) and
 * what was said: the beginning of the answer of HTTP, or a DNS message in hexadecimal digits. Changes nothing; needs no root.
 */
export const askSmoke = (questions: readonly SmokeQuestion[]): Command =>
  read(['bash', '--norc', '-c', [functions, ...questions.map(line), 'wait', 'echo end'].join('\n')], {
    become: false,
    timeoutMs: 30_000 + Math.ceil(questions.length / atOnce) * (answerSeconds + 1) * 1000,
  });
