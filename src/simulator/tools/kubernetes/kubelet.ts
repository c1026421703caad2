import { refusedSetting, unknownSetting } from '../../cluster/kubelet-settings.ts';
import { fromBytes } from '../../files/bytes.ts';
import { SimulatorGap } from '../../gap.ts';
import type { Call, Tool } from '../../shell/tool.ts';
import { refusedGate } from '../../cluster/feature-gates.ts';
import { installedVersion, unknownFlag } from '../../cluster/kubelet.ts';
import { unpackedVersion } from './unpacked.ts';

const failed = (call: Call, text: string): number => {
  call.err(`E1121 21:05:23.827959    1491 run.go:72] "command failed" err="${text}"\n`);
  return 1;
};

const nowhere = '--config=/dev/null/none';

/** Feature gates and a configuration file that cannot be: it ends there. Tried with the lab's binaries, 1.33.13 to 1.36.3. */
const tryGates = (call: Call, version: string, settings: string): number => {
  call.err(
    "Flag --feature-gates has been deprecated, This parameter should be set via the config file specified by the Kubelet's --config flag. See https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/ for more information.\n",
  );
  const refused = refusedGate(version, settings);
  return failed(
    call,
    refused === undefined
      ? String.raw`failed to load kubelet config file, path: /dev/null/none, error: failed to load Kubelet config file /dev/null/none, error failed to read kubelet config file \"/dev/null/none\", error: open /dev/null/none: not a directory`
      : `failed to set feature gates from initial flags-based config: ${refused}`,
  );
};

/** The file of `kubelet --config=FILE … --exit-on-lock-contention` without a lock file: it reads, judges, and ends. */
const triedConfiguration = (argv: readonly string[]): string | undefined => {
  const names = argv.slice(1).map((word) => word.replace(/=.*$/, ''));
  const wanted =
    '--config --cert-dir --root-dir --pod-manifest-path --container-runtime-endpoint --client-ca-file --exit-on-lock-contention';
  return names.join(' ') === wanted ? argv[1]?.slice('--config='.length) : undefined;
};

const deprecated = ['pod-manifest-path', 'container-runtime-endpoint', 'client-ca-file'].map(
  (flag) =>
    `Flag --${flag} has been deprecated, This parameter should be set via the config file specified by the Kubelet's --config flag. See https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/ for more information.\n`,
);

/** Recorded with the lab's kubelets, 1.35.4 and 1.36.3, as nobody: taken, unknown field, negative, wrong type. */
const tryConfiguration = (call: Call, version: string, file: string): number => {
  const path = call.path(file);
  const { files } = call.host;
  if (call.uid === 0 || files.stat(path)?.owner !== String(call.uid)) throw new SimulatorGap(call.argv.join(' '));
  const text = fromBytes(files.read(path));
  call.err(deprecated.join(''));
  const unknown = unknownSetting(text);
  if (unknown !== undefined)
    call.err(
      `I1121 21:05:23.826000    1491 codec.go:102] "Using lenient decoding as strict decoding failed" err="strict decoding error: unknown field \\"${unknown}\\""\n`,
    );
  const refused = refusedSetting(text);
  if (refused !== undefined) return failed(call, refused);
  call.err(
    `E1121 21:05:23.826400    1491 server.go:284] "Kubelet running with insufficient permissions" err="kubelet needs to run as uid \`0\`. It is being run as ${call.uid}"\nI1121 21:05:23.827000    1491 server.go:545] "Kubelet version" kubeletVersion="v${version}"\n`,
  );
  return failed(call, 'failed to run Kubelet: cannot exit on lock file contention: no lock file specified');
};

/**
 * The kubelet as a program: only what it says of itself, after its flags were read. `/proc/PID/exe` is the one that runs,
 * also after an install.
 */
export const kubelet: Tool = (call) => {
  const { argv, host } = call;
  const running = argv[0]?.startsWith('/proc/') === true ? host.kubelet.running : undefined;
  const version = running ?? unpackedVersion(call, 'kubelet') ?? installedVersion(host, 'kubelet') ?? '';
  const [, gates] = /^--feature-gates=(.*)$/.exec(argv[1] ?? '') ?? [];
  if (gates !== undefined && argv[2] === nowhere && argv.length === 3) return tryGates(call, version, gates);
  const tried = triedConfiguration(argv);
  if (tried !== undefined) return tryConfiguration(call, version, tried);
  if (argv.at(-1) !== '--version') throw new SimulatorGap(argv.join(' '));
  const unknown = unknownFlag(version, argv.slice(1, -1).join(' '));
  if (unknown !== undefined) return failed(call, `failed to parse kubelet flag: unknown flag: ${unknown}`);
  call.out(`Kubernetes v${version}\n`);
  return 0;
};
