/** How the inventories of simulated operators begin: what holds for all of their clusters. */
export const inventoryHead: readonly string[] = [
  'apiVersion: nodeops/v1',
  'kind: Inventory',
  'defaults:',
  '  ssh: { user: ops }',
  '  become: sudo',
  '  drain: { timeout: 5m, deleteEmptyDirData: true }',
  '  apt: { lockTimeout: 5m }',
];
