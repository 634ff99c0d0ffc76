import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrationStatus } from '#platform/database/migrate.ts';
import { readTokenFile } from '#platform/secrets/token-file.ts';
import type { Config } from '../../config.ts';
import { developmentTokenFile } from '../../provisioning/development-tokens.ts';
import { createRegistrationGuard } from '../../provisioning/guard/registration-guard.ts';
import { migrations } from '../../provisioning/ledger/migrations/index.ts';
import { LedgerUnavailable, provisioningDirectory } from '../../provisioning/ledger/open.ts';
import { createPostgresLedger } from '../../provisioning/ledger/postgres-ledger.ts';
import type { Ledger } from '../../provisioning/ports.ts';
import type { CommandContext } from '../command.ts';
import { type Check, fail, ok, warn } from './doctor-checks.ts';

type Settings = NonNullable<Config['provisioning']>;

/** One that nobody has: set aside for stories (47 CFR 52.15, 555-0100 to 555-0199). */
const NOBODYS_NUMBER = '+12025550100';
/** Above the guard's two questions. */
const GUARD_MS = 8_000;
/** A hundred say enough. */
const UNFINISHED_SHOWN = 100;

/** What has to hold before numbers can be bought and released. */
export async function provisioningChecks(
  config: Config,
  settings: Settings,
  context: CommandContext,
): Promise<readonly Check[]> {
  return [
    telephony(settings, config.production),
    ...(await ledger(config, settings, context)),
    await tokens(config, settings),
    await guard(config, settings),
  ];
}

function telephony({ twilio }: Settings, production: boolean): Check {
  if (twilio) return ok('telephony', 'twilio');
  const finding = 'fake: nothing is bought';
  return production
    ? warn('telephony', finding, 'set TWILIO_ACCOUNT_SID and its secrets')
    : ok('telephony', finding);
}

async function ledger(
  { dataDir }: Config,
  { backend, databaseUrl }: Settings,
  context: CommandContext,
): Promise<readonly Check[]> {
  if (backend === 'memory') return [ok('ledger', 'in memory: forgotten when the service stops')];
  const embedded = backend === 'postgres' && databaseUrl === undefined;
  if (embedded && !existsSync(join(provisioningDirectory(dataDir), 'pglite'))) {
    return [warn('ledger', 'none yet', 'npm start makes it')];
  }
  try {
    return backend === 'redis'
      ? await examine(await context.ledger.open(), 'redis')
      : await examineDatabase(context);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    // Whoever holds an embedded one has brought its schema up to date.
    if (error.reason === 'held') return [ok('ledger', error.message)];
    return [fail('ledger', error.message, 'mend it and ask again')];
  }
}

async function examineDatabase({ ledger: access, clock }: CommandContext): Promise<readonly Check[]> {
  const { database, directory, withOwner, close } = await access.openDatabase();
  const where = directory === undefined ? 'postgres' : `embedded PostgreSQL in ${directory}`;
  const known = await withOwner((owner) => migrationStatus(owner, migrations));
  const pending = known.filter(({ appliedAt }) => appliedAt === undefined).map(({ name }) => name);
  if (pending.length === 0) return examine(createPostgresLedger({ database, clock, close }), where);
  await close();
  const advice = 'npm run cli -- migrate up --service provisioning';
  return [fail('ledger', `${where}, pending: ${pending.join(', ')}`, advice)];
}

/** Closes it. */
async function examine(opened: Ledger, where: string): Promise<readonly Check[]> {
  try {
    await opened.check();
    const { length } = await opened.unfinished(UNFINISHED_SHOWN);
    const finding = `${length === UNFINISHED_SHOWN ? 'at least ' : ''}${length} begun and not finished`;
    const purchases =
      length === 0
        ? ok('purchases', finding)
        : warn('purchases', finding, 'npm run cli -- numbers unfinished');
    return [ok('ledger', where), purchases];
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : 'unknown error';
    return [fail('ledger', `${where}: ${reason}`, 'mend it and ask again')];
  } finally {
    await opened.close();
  }
}

async function tokens(
  { production, dataDir, bootstrapToken }: Config,
  { tokens: configured }: Settings,
): Promise<Check> {
  if (configured.length > 0) {
    return ok('tokens', `PROVISIONING_TOKENS: ${configured.map(({ name }) => name).join(', ')}`);
  }
  const advice = 'npm run cli -- tokens create --service provisioning --name <name>';
  if (production) return fail('tokens', 'none: nobody can call', advice);
  const file = developmentTokenFile(dataDir);
  try {
    const names = (await readTokenFile(file)).map(({ name }) => name);
    if (names.length > 0) return ok('tokens', `${file}: ${names.join(', ')}`);
    return bootstrapToken === undefined
      ? warn('tokens', 'none yet', advice)
      : ok('tokens', 'BOOTSTRAP_TOKEN');
  } catch (error) {
    return fail('tokens', error instanceof Error ? error.message : 'unknown error', 'mend the file');
  }
}

async function guard({ services, roles }: Config, { guard: configured }: Settings): Promise<Check> {
  const check = 'release guard';
  if (!configured) {
    const here = services.includes('registration') && roles.includes('api');
    if (here) return ok(check, 'the registration service of the same process');
    const finding = 'none: a number can be released while it is bound';
    return warn(check, finding, 'set RELEASE_GUARD_URL and RELEASE_GUARD_TOKEN');
  }
  const asking = createRegistrationGuard(configured);
  try {
    const scope = { signal: AbortSignal.timeout(GUARD_MS), correlationId: 'doctor' };
    const answer = await asking.ask(NOBODYS_NUMBER, scope);
    if (answer.kind !== 'unknown') return ok(check, `${configured.url} answers`);
    return fail(
      check,
      `${answer.reason}: nothing can be released`,
      'mend RELEASE_GUARD_URL and RELEASE_GUARD_TOKEN',
    );
  } finally {
    await asking.close();
  }
}
