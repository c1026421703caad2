import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { quote } from '../../src/commands/quote.ts';
import { askSmoke, placeSmoke, removeSmoke, type SmokeQuestion } from '../../src/commands/smoke.ts';
import { Sandbox } from './sandbox.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };
const kubectl = 'kubectl --kubeconfig=/etc/kubernetes/admin.conf --server=https://10.0.0.11:6443 --request-timeout=15s';

describe('what is put onto a cluster', () => {
  const wish = {
    run: 'r1',
    image: 'mirror.example/nginx:1',
    port: 8080,
    pages: '/srv',
    args: ['-p', '8080'],
    replicas: 2,
  };
  const { argv, stdin = '', effect } = placeSmoke(place, wish);
  const { items } = JSON.parse(stdin);

  it('is applied as one document, with the namespace first', () => {
    expect(quote(argv)).toBe(`${kubectl} apply --server-side --field-manager=nodeops --force-conflicts --filename=-`);
    expect(effect).toBe('write');
    expect(items.map(({ kind }: { kind: string }) => kind)).toEqual([
      'Namespace',
      'ConfigMap',
      'Deployment',
      'Service',
    ]);
  });

  it('is labelled as ours, and names its run on the page and on the namespace', () => {
    expect(items[0].metadata).toEqual({
      name: 'nodeops-smoke',
      labels: { 'nodeops.dev/smoke': 'workload', 'pod-security.kubernetes.io/enforce': 'baseline' },
      annotations: { 'nodeops.dev/run': 'r1' },
    });
    expect(items[1].data).toEqual({ 'index.html': 'nodeops-smoke r1\n' });
  });

  it('is one pod a node that takes pods, and a Service before them', () => {
    const { replicas, template } = items[2].spec;
    expect(replicas).toBe(2);
    expect(template.spec.topologySpreadConstraints[0]).toMatchObject({
      maxSkew: 1,
      whenUnsatisfiable: 'DoNotSchedule',
      nodeTaintsPolicy: 'Honor',
      labelSelector: { matchLabels: template.metadata.labels },
    });
    expect(template.spec.containers[0]).toMatchObject({
      image: 'mirror.example/nginx:1',
      args: ['-p', '8080'],
      ports: [{ containerPort: 8080 }],
      volumeMounts: [{ name: 'pages', mountPath: '/srv', readOnly: true }],
    });
    expect(items[3].spec).toEqual({ selector: template.metadata.labels, ports: [{ port: 80, targetPort: 8080 }] });
  });

  it('has the arguments of its image where none are given', () => {
    const bare = JSON.parse(placeSmoke(place, { ...wish, args: [] }).stdin ?? '');
    expect(bare.items[2].spec.template.spec.containers[0]).not.toHaveProperty('args');
  });

  it('is removed by name and label', () => {
    expect(quote(removeSmoke(place).argv)).toBe(
      `${kubectl} delete namespaces --selector=nodeops.dev/smoke=workload --field-selector=metadata.name=nodeops-smoke --wait=false`,
    );
  });
});

const pod = (port: number, path = '/'): SmokeQuestion => ({
  of: 'pod',
  name: 'p',
  address: '127.0.0.1',
  port,
  path,
  expects: 'page',
});

const asked = async (...questions: readonly SmokeQuestion[]): Promise<readonly string[]> => {
  const command = askSmoke(questions);
  const { stdout, stderr, code } = await new Sandbox().run(command);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines.pop()).toBe('end');
  return lines.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
};

const dns = (protocol: 'udp' | 'tcp', expects: string): SmokeQuestion => ({
  of: 'dns',
  protocol,
  address: '10.96.0.10',
  name: 'a.b',
  expects,
});

describe('what a node asks', () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));

  /** A server on this machine; what it was asked comes back. */
  const serving = async (answer?: string): Promise<{ readonly port: number; readonly heard: string[] }> => {
    const heard: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      let said = '';
      socket.on('data', (chunk) => {
        said += chunk.toString();
        if (!said.endsWith('\r\n\r\n') || answer === undefined) return;
        heard.push(said);
        socket.end(answer);
      });
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port, not on a path
    return { port: (server.address() as AddressInfo).port, heard };
  };

  it('a page, with nothing but bash and coreutils', async () => {
    const { port, heard } = await serving('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\npage\n');
    expect(await asked(pod(port, "/it's?a=b"))).toEqual(['0\t0\tHTTP/1.1 200 OK  Content-Length: 5    page']);
    expect(heard.join('')).toBe("GET /it's?a=b HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
  });

  it('tells what closes without a word, refuses, and never answers', async () => {
    const [closing, silent] = [await serving(''), await serving()];
    const gone = await serving();
    servers.pop()?.close();
    const lines = await asked(pod(closing.port), pod(gone.port), pod(silent.port));
    expect(lines[0]).toBe('0\t0\t');
    expect(lines[1]).toMatch(/^1\t1\t.*: Connection refused$/);
    expect(lines[2]).toBe('2\t124\t');
  });

  it('asks of many as many at once as it may', async () => {
    const { port, heard } = await serving('HTTP/1.1 200 OK\r\n\r\npage');
    expect(await asked(...Array.from({ length: 70 }, () => pod(port)))).toHaveLength(70);
    expect(heard).toHaveLength(70);
  });

  it('a name, as one datagram and with its length over TCP', () => {
    const script = askSmoke([dns('udp', '10.0.0.1'), dns('tcp', '10.0.0.1'), dns('udp', 'fd00::1')]).argv.join('\n');
    const header = String.raw`\x00\x01\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00`;
    const name = String.raw`\x01\x61\x01\x62\x00`;
    expect(script).toContain(String.raw`ask 0 udp 10.96.0.10 '${header}${name}\x00\x01\x00\x01' &`);
    expect(script).toContain(String.raw`ask 1 tcp 10.96.0.10 '\x00\x15${header}${name}\x00\x01\x00\x01' &`);
    expect(script).toContain(String.raw`ask 2 udp 10.96.0.10 '${header}${name}\x00\x1c\x00\x01' &`);
  });

  it('changes nothing and needs no root', () =>
    expect(askSmoke([])).toMatchObject({ effect: 'read', become: false, lifetime: 'attached' }));
});
