import { spawn } from 'node:child_process';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, describe, expect, it } from 'vitest';
import { askRegistries, type AskedImage } from '../../src/commands/ask-registry.ts';
import { Sandbox } from './sandbox.ts';

interface Registry {
  readonly address: string;
  readonly asked: string[];
}

/** A registry that answers as it is told, and what it was asked. */
const registry = async (answer: RequestListener): Promise<Registry> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
};
const status =
  (code: number): RequestListener =>
  (_request, response) =>
    response.writeHead(code).end();

const image = 'registry.k8s.io/kube-proxy:v1.36.3';
const requestTo = (address: string, ...ways: (readonly string[])[]): AskedImage['requests'][number] => ({
  url: `${address}/v2/kube-proxy/manifests/v1.36.3`,
  shown: address,
  ways: ways.length === 0 ? [[]] : ways,
});
const asking = (...requests: AskedImage['requests']): readonly AskedImage[] => [
  { image, repository: 'kube-proxy', requests },
];

const node = (images = ''): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program('ctr', `printf '%s\\n' '${images}'`);
  sandbox.program('systemctl', 'echo 0');
  return sandbox;
};
const answers = async (images: readonly AskedImage[], sandbox = node()): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await sandbox.run(askRegistries(images));
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
};
const closed = 'http://127.0.0.1:9';
const manifest = '/v2/kube-proxy/manifests/v1.36.3';

const withTokens = (give: string) =>
  registry((request, response) => {
    const { url = '', headers } = request;
    if (url.startsWith('/token')) return response.writeHead(200).end(give);
    if (headers.authorization === 'Bearer abc.d-e') return response.writeHead(200).end();
    const realm = `Bearer realm="http://${headers.host ?? ''}/token",service="here",scope="repository:kube-proxy:pull"`;
    return response.writeHead(401, { 'www-authenticate': realm }).end();
  });

describe('askRegistries', () => {
  it.each([200, 404, 403, 500, 429])('tells of HTTP %i', async (code) => {
    const { address, asked } = await registry(status(code));
    expect(await answers(asking(requestTo(address)))).toEqual([
      `image ${image}`,
      `answer\t${code}\t${address}\t`,
      'end',
    ]);
    expect(asked).toEqual([`HEAD ${manifest}`]);
  });

  it('asks one after the other until one has it', async () => {
    const [lacks, has, never] = [await registry(status(404)), await registry(status(200)), await registry(status(200))];
    expect(await answers(asking(requestTo(lacks.address), requestTo(has.address), requestTo(never.address)))).toEqual([
      `image ${image}`,
      `answer\t404\t${lacks.address}\t`,
      `answer\t200\t${has.address}\t`,
      'end',
    ]);
    expect(never.asked).toEqual([]);
  });

  it('does not ask for what the runtime has', async () => {
    const { address, asked } = await registry(status(200));
    expect(await answers(asking(requestTo(address)), node(image))).toEqual([`image ${image}`, 'present', 'end']);
    expect(asked).toEqual([]);
  });

  it('follows where it is sent', async () => {
    const there = await registry(status(200));
    const { address } = await registry((_request, response) =>
      response.writeHead(307, { location: `${there.address}/elsewhere` }).end(),
    );
    expect(await answers(asking(requestTo(address)))).toContain(`answer\t200\t${address}\t`);
    expect(there.asked).toEqual(['HEAD /elsewhere']);
  });

  it('says why nobody answers, and asks once', async () => {
    const two = [...asking(requestTo(closed)), ...asking(requestTo(closed))];
    const [, first, , second] = await answers(two);
    expect(first).toMatch(/^answer\t000\thttp:\/\/127\.0\.0\.1:9\t\(7\) Failed to connect to 127\.0\.0\.1 port 9/);
    expect(second).toBe(first);
  });

  it('names what containerd accepts', async () => {
    const { address } = await registry(({ headers }, response) =>
      response
        .writeHead(headers.accept?.includes('application/vnd.oci.image.index.v1+json') === true ? 200 : 404)
        .end(),
    );
    expect(await answers(asking(requestTo(address)))).toContain(`answer\t200\t${address}\t`);
  });

  describe('a registry that wants a token', () => {
    it.each([
      ['gives one to anybody', '{"token":"abc.d-e","expires_in":300}', 200],
      ['calls it otherwise', '{ "access_token": "abc.d-e" }', 200],
      ['gives none', '{"details":"who are you?"}', 401],
    ])('and %s', async (_what, give, code) => {
      const { address, asked } = await withTokens(give);
      const sandbox = node();
      expect(await answers(asking(requestTo(address)), sandbox)).toContain(`answer\t${code}\t${address}\t`);
      expect(asked[1]).toBe('GET /token?service=here&scope=repository%3akube-proxy%3apull');
    });
  });

  it('goes through the proxy that containerd has', async () => {
    const proxy = await registry(status(200));
    const containerd = spawn('sleep', ['60'], {
      env: { HTTP_PROXY: proxy.address, NO_PROXY: 'localhost, 10.0.0.0/8' },
    });
    onTestFinished(() => void containerd.kill());
    const sandbox = node();
    sandbox.program('systemctl', `echo ${containerd.pid ?? 0}`);
    const { stdout } = await sandbox.run(askRegistries(asking(requestTo('http://registry.invalid'))));
    expect(stdout).toContain('answer\t200\thttp://registry.invalid\t');
    expect(proxy.asked).toEqual([`HEAD http://registry.invalid${manifest}`]);
  });

  it('says that there is no curl', async () => {
    const sandbox = node();
    for (const name of ['sh', 'grep']) sandbox.program(name, `exec /bin/${name} "$@"`);
    const { stdout } = await sandbox.run({
      ...askRegistries(asking(requestTo(closed))),
      env: { PATH: sandbox.bin },
    });
    expect(stdout).toBe('no-curl\n');
  });
});
