import { SimulatorGap } from '../../gap.ts';
import { repositoryKey } from '../../host/repository-key.ts';
import type { Task } from '../../kernel.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { FileError } from '../../world/files.ts';

const keyOf = /^https:\/\/pkgs\.k8s\.io\/core:\/stable:\/v(\d+\.\d+)\/deb\/Release\.key$/;

/** One key signs all minors; it is published in ASCII armour (RFC 4880, 6.2). */
const armoured = (): string => {
  const body = Buffer.from(repositoryKey(), 'latin1').toString('base64');
  const lines = body.match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '', ...lines, '-----END PGP PUBLIC KEY BLOCK-----', ''].join('\n');
};

function* download(call: Call, url: string, target: string): Task<number> {
  const { host } = call;
  yield host.kernel.now + host.world.random.between(80, 900);
  const minor = keyOf.exec(url)?.[1];
  if (minor === undefined) throw new SimulatorGap(`apt-helper: ${url} is not modelled`);
  const why =
    host.faults.repository === 'down'
      ? 'Could not connect to pkgs.k8s.io:443 (172.31.0.1). - connect (111: Connection refused)'
      : host.world.offers.has(minor)
        ? undefined
        : '404  Not Found';
  if (why !== undefined) {
    call.err(`Err:1 ${url}\n  ${why}\nE: Failed to fetch ${url}  ${why}\nE: Download Failed\n`);
    return 100;
  }
  try {
    host.files.write(call.path(target), armoured(), call.actor);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.err(`E: Failed to fetch ${url}  write (28: No space left on device)\nE: Download Failed\n`);
    return 100;
  }
  call.out(`Get:1 ${url} [${armoured().length} B]\nFetched ${armoured().length} B in 0s (0 B/s)\n`);
  return 0;
}

/** /usr/lib/apt/apt-helper of apt 2.6, `download-file URI TARGET`. Its texts are from its source, apt-helper.cc; not recorded. */
export const aptHelper: Tool = (call) => {
  const [, verb, url = '', target = '', ...more] = call.argv;
  if (verb !== 'download-file' || target === '' || more.length > 0)
    throw new SimulatorGap(`${call.argv.join(' ')} is not modelled`);
  return download(call, url, target);
};
