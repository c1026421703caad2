import { blocked } from '../model/verdict.ts';

/** The inventory has a node that the cluster has not. */
export const unknownNode = (name: string) =>
  blocked(`the cluster has no node ${name}`, 'compare `kubectl get nodes` with the inventory');
