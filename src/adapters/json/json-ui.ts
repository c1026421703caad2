import type { Ui } from '../../ports/ui.ts';
import { createLineStream } from '../plain/line-stream.ts';

/**
 * One JSON object a line, for programs: `{"type":"plan","at":…,"cluster":…,"plan":{…}}` once a cluster, then its
 * events as they are.
 */
export const createJsonUi = (stream: NodeJS.WritableStream): Ui => {
  const out = createLineStream(stream);
  const write = (value: object): void => out.write([JSON.stringify(value)]);
  return {
    begin: (plan) => write({ type: 'plan', at: plan.createdAt, cluster: plan.cluster, plan }),
    event: write,
    notice: (text) => write({ type: 'notice', text }),
    end: () => out.end(),
  };
};
