import { z } from 'zod';
import { checked, fullList, list, map, say } from '../documents/fields.ts';
import { environmentName, isWebAddress } from './values.ts';
import { webhookEvents, webhookFormats, type Webhook } from '../model/webhook.ts';

const variableForm = '{ env: NAME }';
const variable = map(variableForm, { env: environmentName });

const urlForm = 'an address such as https://ops.example.com/hooks, or { env: NAME }';
const addressHint = 'one that is a secret, or holds a login, is never written in an inventory: name its variable';

const webhook = map('a map with url', {
  url: z.union([checked(urlForm, isWebAddress, () => addressHint), variable], { error: urlForm }),
  format: z.enum(webhookFormats, { error: webhookFormats.join(' or ') }).exactOptional(),
  events: fullList(
    `a list of ${webhookEvents.join(', ')}`,
    z.enum(webhookEvents, { error: `one of ${webhookEvents.join(', ')}` }),
  ).exactOptional(),
  secret: map(say(variableForm, 'a secret is never written in an inventory'), { env: environmentName }).exactOptional(),
}).transform(({ url, format = 'json', events = webhookEvents, secret }): Webhook => ({
  url,
  format,
  events,
  ...(secret === undefined ? {} : { secret }),
}));

export const webhooksSchema = list('a list of webhooks, each with url', webhook);
