import { describe, expect, it } from 'vitest';
import { isGoneIn, usedRemovals } from '../../src/gates/runtime-removals.ts';

const used = (path: string, value: unknown) => usedRemovals([], [{ path: path.split('/'), value }]);

describe('what containerd has taken away', () => {
  it.each([
    ['plugins/io.containerd.grpc.v1.cri/containerd/untrusted_workload_runtime/runtime_type', 'x', '2.0.0'],
    ['plugins/io.containerd.grpc.v1.cri/containerd/default_runtime/runtime_type', 'x', '2.0.0'],
    ['plugins/io.containerd.grpc.v1.cri/containerd/runtimes/runc/runtime_root', '/run/x', '2.0.0'],
    ['plugins/io.containerd.grpc.v1.cri/containerd/runtimes/runc/options/CriuPath', '/bin/criu', '2.0.0'],
    ['plugins/io.containerd.grpc.v1.cri/disable_cgroup', true, '2.0.0'],
    ['plugins/io.containerd.grpc.v1.cri/containerd/snapshotter', 'aufs', '2.0.0'],
    ['plugin_dir', '/opt/plugins', '2.1.0'],
    ['plugins/io.containerd.tracing.processor.v1.otlp/endpoint', 'otel:4317', '2.4.0'],
    ['plugins/io.containerd.internal.v1.tracing/service_name', 'own', '2.4.0'],
    ['plugins/io.containerd.cri.v1.runtime/cni/bin_dir', '/opt/cni/bin', '2.4.0'],
    ['plugins/io.containerd.grpc.v1.cri/registry/auths/x/username', 'u', '2.7.0'],
    ['plugins/io.containerd.grpc.v1.cri/registry/configs/x/tls/ca_file', '/ca', '2.7.0'],
  ])('%s', (path, value, removedIn) => {
    expect(used(path, value).map((each) => each.removedIn)).toEqual([removedIn]);
    expect(used(path, '')).toEqual([]);
  });

  it.each([
    // The older form's is migrated: it is not what goes.
    ['plugins/io.containerd.grpc.v1.cri/cni/bin_dir', '/opt/cni/bin'],
    ['plugins/io.containerd.grpc.v1.cri/containerd/snapshotter', 'overlayfs'],
    ['plugins/io.containerd.grpc.v1.cri/registry/config_path', '/etc/containerd/certs.d'],
  ])('%s stays', (path, value) => expect(used(path, value)).toEqual([]));

  it('is gone from that version on', () => {
    const [removal] = used('plugin_dir', '/opt/plugins');
    if (removal === undefined) throw new Error('it is one');
    expect(['2.0.7', '2.1.0', '2.4.2'].map((version) => isGoneIn(removal, version))).toEqual([false, true, true]);
  });
});
