import { describe, expect, it } from 'vitest';
import { dryEvictions } from '../../src/commands/kubectl.ts';
import { refusedEvictions } from '../../src/facts/refused-evictions.ts';
import { Sandbox } from './sandbox.ts';

const place = { node: 'cp1', apiServer: 'https://10.0.0.11:6443' };

/** A kubectl that knows these rules, and says something about the drain of each node. */
const withRules = (webhooks: string, policies: string): Sandbox => {
  const sandbox = new Sandbox();
  sandbox.program(
    'kubectl',
    `case "$*" in
*validatingwebhookconfigurations*) ${webhooks} ;;
*validatingadmissionpolicies*) ${policies} ;;
*) echo 'node/x cordoned (server dry run)'; echo 'error when evicting pods/"p" -n "n": denied' >&2; exit 1 ;;
esac`,
  );
  return sandbox;
};

const asked = async (sandbox: Sandbox) => {
  const { stdout, stderr, code } = await sandbox.run(dryEvictions(place, ['w1', 'w2']));
  const { source } = refusedEvictions(['w1', 'w2']);
  const drains = sandbox.has('calls')
    ? sandbox
        .read('calls')
        .split('\n')
        .filter((line) => line.includes(' drain '))
    : [];
  return {
    drains: drains.map((line) => line.replace(/^.* drain /, 'drain ')),
    parsed: source.kind === 'command' ? source.parse({ stdout, stderr, code: code ?? -1 }) : undefined,
  };
};

describe('what evictions are refused', () => {
  it.each([
    ['nobody has rules', ':', ':'],
    ['rules are about other things', `echo '["pods"] ["*"] ["pods/exec"]'`, `echo '["deployments"]'`],
    ['an API server that knows no policies', ':', 'echo "error: the server does not have a resource type" >&2; exit 1'],
  ])('is not asked for where %s', async (_what, webhooks, policies) =>
    expect(await asked(withRules(webhooks, policies))).toEqual({ drains: [], parsed: { value: [] } }),
  );

  it.each([
    ['a webhook', `echo '["pods","pods/eviction"]'`, ':'],
    ['a webhook with wildcards', `echo '["*/*"]'`, ':'],
    ['a webhook for whatever belongs to pods', `echo '["pods/*"]'`, ':'],
    ['a policy', ':', `echo '["pods/eviction"]'`],
  ])('is asked of every node where %s is about evictions, and only dry', async (_what, webhooks, policies) => {
    const options = '--ignore-daemonsets --delete-emptydir-data --force --dry-run=server --timeout=1s';
    expect(await asked(withRules(webhooks, policies))).toEqual({
      drains: [`drain w1 ${options}`, `drain w2 ${options}`],
      parsed: {
        value: [
          { namespace: 'n', pod: 'p', why: 'denied' },
          { namespace: 'n', pod: 'p', why: 'denied' },
        ],
      },
    });
  });

  it('is not known where the webhooks cannot be asked for', async () => {
    const away = 'echo "The connection to the server 10.0.0.11:6443 was refused" >&2; exit 1';
    expect((await asked(withRules(away, ':'))).parsed).toEqual({
      unavailable: 'The connection to the server 10.0.0.11:6443 was refused',
    });
  });
});
