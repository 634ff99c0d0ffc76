import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrationStatus } from '#platform/database/migrate.ts';
import { queueFigures } from '#platform/queue/figures.ts';
import type { Config } from '../../config.ts';
import { databaseFacts } from '../../registration/store/diagnosis.ts';
import { migrations } from '../../registration/store/migrations/index.ts';
import {
  type RegistrationDatabase,
  RegistrationUnavailable,
  registrationDirectory,
} from '../../registration/store/open.ts';
import { diagnoseSeals } from '../../registration/store/sealed-columns.ts';
import type { CommandContext, Commands } from '../command.ts';
import { type Check, fail, ok, report, warn } from './doctor-checks.ts';
import { provisioningChecks } from './doctor-provisioning.ts';
import { webhookChecks } from './doctor-webhooks.ts';

/** Enough to confuse a person who reads logs; leases and due times use the database's clock alone. */
const SKEW_WARN_MS = 5_000;
/** Receivers refuse signatures older or newer than this (Standard Webhooks). */
const SKEW_FAIL_MS = 300_000;
/** Due work is begun within a second where workers run; a minute is no hiccup. */
const LAG_WARN_SECONDS = 60;

export const doctorCommands: Commands = {
  doctor: {
    usage: 'doctor',
    summary:
      'check configuration, database, keys, clock, queue, webhooks, provider, ledger, tokens and release guard',
    async run(_, context) {
      const { settings } = context;
      if ('faults' in settings) {
        return report(settings.faults.map((fault) => fail('configuration', fault, 'mend the environment')));
      }
      const { config } = settings;
      return report([
        ok('configuration', 'no faults'),
        ...(config.services.includes('registration') ? await registrationChecks(config, context) : []),
        ...(config.provisioning ? await provisioningChecks(config, config.provisioning, context) : []),
      ]);
    },
  },
};

async function registrationChecks(config: Config, context: CommandContext): Promise<readonly Check[]> {
  if (nothingThere(config)) return [provider(config), warn('database', 'none yet', 'npm start makes it')];
  const registration = await open(context);
  if (registration instanceof RegistrationUnavailable) {
    return [provider(config), fail('database', registration.message, 'mend it and ask again')];
  }
  return [provider(config), ...(await examine(registration, context))];
}

/** Held by an instance is no finding: the command goes there. */
async function open(context: CommandContext): Promise<RegistrationDatabase | RegistrationUnavailable> {
  try {
    return await context.open('asIs');
  } catch (error) {
    if (error instanceof RegistrationUnavailable && error.reason !== 'held') return error;
    throw error;
  }
}

async function examine(
  registration: RegistrationDatabase,
  context: CommandContext,
): Promise<readonly Check[]> {
  const { withOwner } = registration;
  const known = await withOwner((owner) => migrationStatus(owner, migrations));
  const pending = known.filter(({ appliedAt }) => appliedAt === undefined).map(({ name }) => name);
  if (pending.length > 0) {
    // Roles and tables may be missing: nothing below could be asked.
    const advice = 'npm run cli -- migrate up';
    return [place(registration, context), fail('migrations', `pending: ${pending.join(', ')}`, advice)];
  }
  return [
    place(registration, context),
    ...(await server(registration, context)),
    ok('migrations', `${known.length} applied`),
    await keys(registration),
    await queue(registration, context),
    ...(await webhookChecks(registration, context)),
  ];
}

function place({ directory }: RegistrationDatabase, { insideInstance }: CommandContext): Check {
  if (directory === undefined) return ok('data', 'on a server');
  const holder = insideInstance
    ? `the running instance, pid ${process.pid}, which answers this`
    : 'this command';
  return ok('data', `${directory}, locked by ${holder}`);
}

async function server(
  { database }: RegistrationDatabase,
  { clock, wallClock }: CommandContext,
): Promise<readonly Check[]> {
  const before = wallClock.now().getTime();
  const { serverVersion, now } = await databaseFacts(database.executor, clock);
  const after = wallClock.now().getTime();
  // Asked somewhere in between: half the round trip is what the figure may be off.
  const skew = Math.round(now.getTime() - (before + after) / 2);
  const finding = `the database is ${Math.abs(skew)} ms ${skew < 0 ? 'behind' : 'ahead of'} this process`;
  const advice = 'let both machines follow a time server';
  const clockCheck =
    Math.abs(skew) >= SKEW_FAIL_MS
      ? fail('clock', finding, advice)
      : Math.abs(skew) >= SKEW_WARN_MS
        ? warn('clock', finding, advice)
        : ok('clock', finding);
  return [ok('database', `${database.engine}, PostgreSQL ${serverVersion}`), clockCheck];
}

async function keys({ database, keyring }: RegistrationDatabase): Promise<Check> {
  const { keys: inUse, damaged } = await diagnoseSeals(database.executor, keyring);
  const counts = [...inUse].map(([keyId, count]) => `${count} by "${keyId}"`).join(', ');
  const finding = counts ? `values sealed: ${counts}` : 'nothing is sealed yet';
  const missing = [...inUse.keys()].filter((keyId) => !keyring.keyIds.includes(keyId));
  if (missing.length > 0)
    return fail('keys', finding, `put back into ENCRYPTION_KEYS: ${missing.join(', ')}`);
  if (damaged.length > 0) return fail('keys', damaged.join('; '), 'restore the rows or the right key');
  const stale = [...inUse.keys()].some((keyId) => keyId !== keyring.activeKeyId);
  return stale ? warn('keys', finding, 'npm run cli -- keys rotate') : ok('keys', finding);
}

async function queue({ database }: RegistrationDatabase, { clock }: CommandContext): Promise<Check> {
  const { lagSeconds, due, leased, parked } = await queueFigures(database.executor, clock);
  const finding = `${due} due (oldest ${Math.round(lagSeconds)} s), ${leased} under way, ${parked} dead letters`;
  if (parked > 0) return warn('queue', finding, 'npm run cli -- dead-letters list');
  if (lagSeconds > LAG_WARN_SECONDS) return warn('queue', finding, 'run a process with role reconcile');
  return ok('queue', finding);
}

function provider({ provider: name, production }: Config): Check {
  if (name !== 'fake') return ok('provider', name);
  const finding = 'fake: nothing reaches a carrier';
  return production ? warn('provider', finding, 'set A2P_PROVIDER') : ok('provider', finding);
}

function nothingThere({ databaseUrl, dataDir }: Config): boolean {
  return databaseUrl === undefined && !existsSync(join(registrationDirectory(dataDir), 'pglite'));
}
