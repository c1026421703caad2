import { Option, type Command } from 'commander';
import {
  collectWhole,
  examples,
  outputOption,
  waiveOption,
  withConsent,
  withFleet,
  withSelection,
  withWindow,
} from './options.ts';
import type { Parts } from './parts.ts';

type Outcome = (code: number) => void;

/** Commands about the kubelets of all nodes. */
export const addKubelets = (program: Command, parts: Parts, ended: Outcome): void => {
  const kubelet = program.command('kubelet').description('the kubelets of all nodes');
  withFleet(
    withWindow(
      withConsent(withSelection(kubelet.command('config')).addOption(outputOption()).addOption(waiveOption())),
    ),
  )
    .description('change the configuration of all kubelets, one drained node after the other, workers first')
    .option('--set <name=value>', 'a setting of the KubeletConfiguration (may be given again)', collectWhole)
    .option('--file <file>', 'a part of a KubeletConfiguration, in YAML; null takes a setting away')
    .addOption(
      new Option('--drain <when>', 'none: kubelets are restarted beneath their pods').choices(['always', 'none']),
    )
    .addHelpText(
      'after',
      examples(
        'nodeops kubelet config --inventory prod.yaml --cluster paris --set maxPods=150 --dry-run',
        "nodeops kubelet config --inventory prod.yaml --set 'evictionHard.memory\\.available=200Mi' --drain none",
        'nodeops kubelet config --inventory prod.yaml --file kubelet.yaml --yes',
      ),
    )
    .action(async (options) =>
      ended(await (await import('./commands/kubelet-config.ts')).kubeletConfig(parts, options)),
    );
};
