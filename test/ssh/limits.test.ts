import { afterAll, describe, expect, it } from 'vitest';
import { handshakeQueue } from '../../src/adapters/ssh/limits.ts';
import { openLab, shell } from './lab.ts';

const lab = openLab();
afterAll(() => lab.close());

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('sessions of one connection', () => {
  // The default, and fewer than we open: a refused session is asked for again.
  it.each([
    [30, 10],
    [12, 3],
    [6, 1],
  ])('%i commands at once with MaxSessions %i', async (count, limit) => {
    const sshd = await lab.trusted({ config: [`MaxSessions ${limit}`] });
    const transport = lab.transport();
    const runs = numbers(count).map((index) => transport.run(lab.node(sshd), shell(`echo ${index}`)));
    const results = await Promise.all(runs);
    expect(results.map((result) => result.stdout)).toEqual(numbers(count).map((index) => `${index}\n`));
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
  });
});

describe('handshakes', () => {
  it('of 40 hosts at once pass MaxStartups 10:30:100 without one being dropped', async () => {
    const addresses = numbers(10).map((index) => `127.0.0.${index + 1}`);
    const sshds = await Promise.all(
      numbers(4).map(() => lab.trusted({ addresses, config: ['MaxStartups 10:30:100'] })),
    );
    const transport = lab.transport();
    const nodes = sshds.flatMap((sshd) => addresses.map((host) => lab.node(sshd, { host })));
    const results = await Promise.all(nodes.map((node) => transport.run(node, shell('echo in'))));
    expect(results.filter((result) => result.stdout === 'in\n')).toHaveLength(40);
    expect(sshds.map((sshd) => sshd.log()).join('')).not.toMatch(/drop connection|beginning MaxStartups/);
  });

  it('of several transports share a queue', async () => {
    const addresses = numbers(6).map((index) => `127.0.0.${index + 1}`);
    const sshd = await lab.trusted({ addresses, config: ['MaxStartups 2'] });
    const handshakes = handshakeQueue(1);
    const runs = addresses.map((host) =>
      lab.transport({ handshakes, limits: { handshakeRetries: 0 } }).run(lab.node(sshd, { host }), shell('echo in')),
    );
    expect((await Promise.all(runs)).map((result) => result.stdout)).toEqual(addresses.map(() => 'in\n'));
    expect(sshd.log()).not.toMatch(/drop connection|beginning MaxStartups/);
  });

  it('that one sshd drops are tried again', async () => {
    const addresses = numbers(6).map((index) => `127.0.0.${index + 1}`);
    const sshd = await lab.trusted({ addresses, config: ['MaxStartups 1'] });
    const transport = lab.transport({ limits: { handshakeRetries: 8 } });
    const runs = addresses.map((host) => transport.run(lab.node(sshd, { host }), shell('echo in')));
    expect((await Promise.all(runs)).map((result) => result.stdout)).toEqual(addresses.map(() => 'in\n'));
    expect(sshd.log()).toMatch(/MaxStartups/);
  });
});
