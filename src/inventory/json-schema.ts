import { z } from 'zod';
import { fleetSchema, sharedSchema, singleSchema } from './schema.ts';

/** The JSON Schema of an inventory file, for completion and checking in editors. */
export const inventoryJsonSchema = (): z.core.JSONSchema.BaseSchema => ({
  ...z.toJSONSchema(z.union([fleetSchema, singleSchema, sharedSchema]), { io: 'input', unrepresentable: 'any' }),
  title: 'nodeops inventory',
});
