import type { Commands } from '../command.ts';
import { deadLetterCommands } from './dead-letters.ts';
import { doctorCommands } from './doctor.ts';
import { keyCommands } from './keys.ts';
import { migrateCommands } from './migrate.ts';
import { tenantCommands } from './tenants.ts';
import { tokenCommands } from './tokens.ts';

/** Every command, in the order in which help lists them. */
export const commands: Commands = {
  ...doctorCommands,
  ...migrateCommands,
  ...tenantCommands,
  ...tokenCommands,
  ...deadLetterCommands,
  ...keyCommands,
};
