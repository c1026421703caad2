import type { Command } from 'commander';
import { Option } from 'commander';
import { build, buildEtcd } from '../build/build-mirror.ts';
import { checkVersion, defaultVersions, newestOf } from '../versions.ts';

export const sourceOption = (): Option =>
  new Option('--source <source>', 'where packages and images come from')
    .choices(['mirror', 'upstream'])
    .default('mirror');

interface Options {
  readonly minor?: string[];
  readonly version?: string[];
  readonly etcd?: string;
  readonly source: 'mirror' | 'upstream';
}

export function addBuild(program: Command): void {
  program
    .command('build')
    .description('build the node image and the offline mirror (packages and images); what exists is kept')
    .option('--minor <minor...>', 'the newest known version of these minors, for example 1.35')
    .option('--version <version...>', `exactly these versions (default: ${defaultVersions.join(' ')})`)
    .option('--etcd <version>', 'only an image of this etcd, for example 3.5.33, beside those that kubeadm names')
    .addOption(sourceOption())
    .addHelpText('after', '\nExample:\n  npm run lab -- build --version 1.34.2 1.34.4')
    .action(async ({ minor = [], version = [], etcd, source }: Options) => {
      if (etcd !== undefined) return buildEtcd(etcd);
      const named = [...minor.map(newestOf), ...version.map((text) => checkVersion(text, source))];
      await build(named.length > 0 ? [...new Set(named)] : defaultVersions, source);
    });
}
