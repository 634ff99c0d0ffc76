import type { Commands } from '../command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { doctorCommands } from './doctor.ts';
import { eventCommands } from './events.ts';
import { keyCommands } from './keys.ts';
import { listenCommands } from './listen.ts';
import { migrateCommands } from './migrate.ts';
import { numberCommands } from './numbers.ts';
import { tenantCommands } from './tenants.ts';
import { tokenCommands } from './tokens.ts';
import { twilioCommands } from './twilio.ts';
import { connectToTwilio } from './twilio-access.ts';
import { webhookDeliveryCommands } from './webhook-deliveries.ts';
import { webhookJobCommands } from './webhook-jobs.ts';
import { webhookReplayCommands } from './webhook-replay.ts';
import { webhookCommands } from './webhooks.ts';

/** Every command, in the order in which help lists them. */
export const commands: Commands = {
  ...doctorCommands,
  ...migrateCommands,
  ...tenantCommands,
  ...tokenCommands,
  ...eventCommands,
  ...webhookCommands,
  ...webhookDeliveryCommands,
  ...webhookReplayCommands,
  ...webhookJobCommands,
  ...listenCommands,
  ...deadLetterCommands,
  ...keyCommands,
  ...numberCommands,
  ...twilioCommands(connectToTwilio),
};
