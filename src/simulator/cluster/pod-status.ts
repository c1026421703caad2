import { seconds } from './clock-text.ts';
import type { Condition, Container, ContainerStatus, PodObject } from './objects.ts';

export const podConditions = (ready: boolean, at: number): Condition[] =>
  ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: ready || type === 'PodScheduled' || type === 'Initialized' ? 'True' : 'False',
    lastTransitionTime: seconds(at),
  }));

export interface Running {
  readonly ready: boolean;
  /** When its conditions became what they are, virtual ms since the epoch. */
  readonly at: number;
  /** When its containers began, by the clock of their node: kept where they run on. */
  readonly since: number;
}

/** How often each has been started anew is counted by nobody here. Source: core/v1, ContainerStatus. */
const containerStatus = ({ name, image }: Container, { ready, since }: Running): ContainerStatus => ({
  image,
  name,
  ready,
  restartCount: 0,
  started: true,
  state: { running: { startedAt: seconds(since) } },
});

/** What a kubelet says of a pod whose containers run. */
export const runningStatus = ({ containers }: PodObject['spec'], running: Running): PodObject['status'] => ({
  phase: 'Running',
  conditions: podConditions(running.ready, running.at),
  containerStatuses: containers.map((container) => containerStatus(container, running)),
});

/** The same, of containers that run on: when they began stays. */
export const stillRunning = ({ spec, status }: PodObject, ready: boolean, at: number): PodObject['status'] => {
  const began = Date.parse(status.containerStatuses?.[0]?.state.running.startedAt ?? '');
  return runningStatus(spec, { ready, at, since: Number.isNaN(began) ? at : began });
};
