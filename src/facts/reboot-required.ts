import { read } from '../commands/build.ts';
import { defineFact } from './fact.ts';

export interface RebootRequired {
  readonly required: boolean;
  /** The packages that ask for it, where they left their names. */
  readonly packages: readonly string[];
}

const script = `
[ -e /var/run/reboot-required ] && echo '*** required'
cat /var/run/reboot-required.pkgs 2>/dev/null
:`;

/** Source: update-notifier-common and unattended-upgrades, /var/run/reboot-required; made by hand on the lab. */
export const rebootRequired = defineFact<RebootRequired>({
  id: 'reboot-required',
  subject: 'node',
  command: read(['sh', '-c', script]),
  parse: ({ stdout }) => {
    const lines = stdout.split('\n').map((line) => line.trim());
    const names = lines.filter((line) => line !== '' && line !== '*** required');
    return { value: { required: lines.includes('*** required'), packages: [...new Set(names)] } };
  },
});
