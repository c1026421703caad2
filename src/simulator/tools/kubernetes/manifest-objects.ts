import { parseAllDocuments } from 'yaml';
import type { Call } from '../../shell/tool.ts';
import { isKubeObject, uid } from '../../cluster/objects.ts';
import { seconds } from '../../cluster/clock-text.ts';
import type { KubeObject } from '../../world/world.ts';
import { KubectlError } from './connection.ts';
import type { Parsed } from './flags.ts';
import { resourceOfKind, type Resource } from './resources.ts';

export interface Wished {
  readonly object: KubeObject;
  readonly resource: Resource;
}

const documentsIn = (text: string): readonly unknown[] => {
  if (text.trimStart().startsWith('{')) return [JSON.parse(text) as unknown];
  return parseAllDocuments(text, { logLevel: 'silent' }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined)
      throw new KubectlError(
        `error: error parsing STDIN: error converting YAML to JSON: yaml: ${error.message.split('\n')[0] ?? ''}`,
      );
    return document.toJS() as unknown;
  });
};

const textOf = (call: Call, parsed: Parsed): { readonly text: string; readonly from: string } => {
  const file = parsed.flags.get('filename') ?? '-';
  if (file === '-') return { text: call.stdin(), from: 'STDIN' };
  if (call.host.files.stat(file) === undefined) throw new KubectlError(`error: the path "${file}" does not exist`);
  return { text: call.host.files.read(file), from: file };
};

/** What a manifest wishes for. @throws KubectlError as kubectl says it, for what the cluster could not take. */
export const wishedObjects = (
  call: Call,
  parsed: Parsed,
): { readonly wished: readonly Wished[]; readonly from: string } => {
  const { text, from } = textOf(call, parsed);
  const wished = documentsIn(text)
    .filter((one) => one !== null && one !== undefined)
    .map((one) => {
      if (!isKubeObject(one))
        throw new KubectlError(`error: error validating "${from}": error validating data: apiVersion not set`);
      const resource = resourceOfKind(one.apiVersion, one.kind);
      const namespace = one.metadata.namespace ?? parsed.flags.get('namespace') ?? 'default';
      if (resource === undefined)
        throw new KubectlError(
          `error: resource mapping not found for name: "${one.metadata.name}" namespace: "${one.metadata.namespace ?? ''}" from "${from}": no matches for kind "${one.kind}" in version "${one.apiVersion}"\nensure CRDs are installed first`,
        );
      const { namespace: _given, ...metadata } = one.metadata;
      return { resource, object: { ...one, metadata: resource.namespaced ? { ...metadata, namespace } : metadata } };
    });
  return { wished, from };
};

/** What the API server adds to a new object. */
export const born = (call: Call, object: KubeObject): KubeObject => {
  const { kernel, world } = call.host;
  const controlled = ['Deployment', 'DaemonSet', 'StatefulSet', 'PodDisruptionBudget'].includes(object.kind);
  return {
    ...object,
    ...(object.kind === 'Secret' ? { type: object['type'] ?? 'Opaque' } : {}),
    ...(object.kind === 'ClusterRole' && Array.isArray(object['rules']) && object['rules'].length === 0
      ? { rules: null }
      : {}),
    metadata: {
      ...object.metadata,
      uid: uid(world.random),
      resourceVersion: '0',
      creationTimestamp: seconds(kernel.now),
      ...(controlled ? { generation: 1 } : {}),
    },
    ...(controlled ? { status: {} } : {}),
  };
};
