import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#kernel/clock.ts';
import { ok, refused } from '#kernel/outcome.ts';
import { databaseClock } from '#platform/database/clock.ts';
import { readConfig } from '../../config.ts';
import { POLICIES } from '../../registration/provider/twilio/options.ts';
import { BadConfiguration, BadUsage, type CommandContext } from '../command.ts';
import type { Check } from './doctor-checks.ts';
import { type MemoryAccount, memoryAccount, PRIMARY } from './twilio.test-support.ts';
import { type TwilioAccess, twilioCommands } from './twilio.ts';

const PUBLIC_URL = 'https://a2p.example.com';

/** Types a command; `access` is what differs from a good configuration. */
function cliOver(
  account: MemoryAccount,
  access: Partial<TwilioAccess> = {},
  address: Pick<TwilioAccess, 'publicUrl'> = { publicUrl: PUBLIC_URL },
) {
  let open = 0;
  const commands = twilioCommands(async () => {
    open += 1;
    return {
      calls: account.calls,
      ...address,
      primaryProfileSid: PRIMARY,
      policies: POLICIES,
      resendCode: async () => undefined,
      wait: async () => {},
      close: async () => {
        open -= 1;
      },
      ...access,
    };
  });
  const context: CommandContext = {
    settings: readConfig({}),
    open: () => Promise.reject(new Error('no command of these needs the database')),
    ledger: {
      open: () => assert.fail('nor the ledger'),
      openDatabase: () => assert.fail('nor the ledger’s database'),
    },
    clock: databaseClock,
    wallClock: systemClock,
    insideInstance: false,
    signal: new AbortController().signal,
  };
  return {
    open: () => open,
    async run(
      name: 'twilio setup' | 'twilio doctor' | 'twilio resend-code',
      options: Record<string, string> = {},
    ) {
      const command = commands[name];
      assert.ok(command && 'run' in command);
      return command.run({ words: [], options }, context);
    },
    async doctor(options: Record<string, string> = {}) {
      const { data, failed } = await this.run('twilio doctor', options);
      const checks = data as readonly Check[];
      const stateOf = (name: string) => checks.find(({ check }) => check === name)?.state;
      return { checks, failed, stateOf };
    },
  };
}

test('a code is sent again to the owner of a brand that the provider has, and to nobody else', async () => {
  const asked: string[] = [];
  const { run, open } = cliOver(memoryAccount(), {
    async resendCode(brandId) {
      asked.push(brandId);
      if (brandId === 'brand_late')
        return refused({ reason: 'InvalidField', message: 'No code is awaited.' });
      return brandId === 'brand_1' ? ok(undefined) : undefined;
    },
  });
  const resend = (brand: string) => run('twilio resend-code', { brand });
  assert.deepEqual(await resend('brand_1'), { data: { brandId: 'brand_1', result: 'sent' } });
  assert.deepEqual(await resend('brand_late'), {
    data: { brandId: 'brand_late', result: 'refused' },
    failed: true,
    notes: ['No code is awaited.'],
  });
  await assert.rejects(resend('brand_unknown'), BadUsage);
  await assert.rejects(run('twilio resend-code'), BadUsage);
  assert.deepEqual(asked, ['brand_1', 'brand_late', 'brand_unknown']);
  assert.equal(open(), 0);
});

test('an account that is set up has nothing to complain about', async () => {
  const cli = cliOver(memoryAccount());
  const { failed = false } = await cli.run('twilio setup');
  assert.equal(failed, false);
  const { checks, failed: complains } = await cli.doctor();
  assert.equal(complains, false);
  assert.deepEqual(
    checks.map(({ check, state }) => `${check} ${state}`),
    [
      'credentials ok',
      'account ok',
      'policy customerProfile ok',
      'policy trustProduct ok',
      'policy starterProfile ok',
      'policy soleProprietor ok',
      'primary profile ok',
      'callbacks ok',
      'events ok',
    ],
  );
  assert.equal(cli.open(), 0, 'what was connected is closed');
});

test('credentials that are refused are the only finding, after a single call', async () => {
  const account = memoryAccount();
  const blocked = { code: '20003', message: 'Authenticate' };
  account.ends.set('fetchPolicy', { kind: 'throttled', retryAfterMs: 1, reason: 'blocked', blocked });
  const { checks, failed } = await cliOver(account).doctor();
  assert.equal(failed, true);
  assert.deepEqual(
    checks.map(({ check, finding }) => [check, finding]),
    [['credentials', 'asking for a policy: Authenticate (20003)']],
  );
  assert.deepEqual(account.made, ['fetchPolicy']);
});

test('an API key that may not read the account is no finding once its other calls are accepted', async () => {
  const account = memoryAccount();
  const blocked = { code: '20003', message: 'Authenticate' };
  account.ends.set('fetchAccount', { kind: 'throttled', retryAfterMs: 1, reason: 'blocked', blocked });
  const { stateOf, failed } = await cliOver(account).doctor();
  assert.deepEqual([stateOf('account'), failed], ['ok', false]);
});

test('an account that is suspended fails', async () => {
  const account = memoryAccount();
  account.accountStatus = 'suspended';
  const { stateOf, failed } = await cliOver(account).doctor();
  assert.deepEqual([stateOf('account'), failed], ['fail', true]);
});

test('a policy that is gone fails, and one that was mixed up with another is told', async () => {
  const account = memoryAccount();
  const swapped = {
    ...POLICIES,
    trustProduct: POLICIES.customerProfile,
    customerProfile: POLICIES.trustProduct,
    starterProfile: `RN${'0'.repeat(32)}`,
  };
  const { stateOf } = await cliOver(account, { policies: swapped }).doctor();
  assert.deepEqual(
    ['customerProfile', 'trustProduct', 'starterProfile', 'soleProprietor'].map((name) =>
      stateOf(`policy ${name}`),
    ),
    ['warn', 'warn', 'fail', 'ok'],
  );
});

test('a primary profile that is missing, in review or rejected fails, with the codes', async () => {
  const account = memoryAccount();
  const look = async () => {
    const { checks } = await cliOver(account).doctor();
    return checks.find(({ check }) => check === 'primary profile');
  };
  account.primary = { status: 'twilio-rejected', codes: ['18602'] };
  assert.deepEqual([(await look())?.state, (await look())?.finding.includes('18602')], ['fail', true]);
  account.primary = { status: 'in-review', codes: [] };
  assert.equal((await look())?.state, 'fail');
  account.primary = undefined;
  assert.match((await look())?.finding ?? '', /is not in this account/);
});

test('events that are not set up, not active or not subscribed are a warning: polling goes on without them', async () => {
  const account = memoryAccount();
  const cli = cliOver(account);
  const events = async () => {
    const { checks, failed } = await cli.doctor();
    const { state, finding, advice } = checks.find(({ check }) => check === 'events') ?? {};
    return { state, finding, advice, failed };
  };
  const advice = 'npm run cli -- twilio setup';
  assert.deepEqual(await events(), { state: 'warn', finding: 'there is no sink', advice, failed: false });
  await cli.run('twilio setup');
  account.sinkStatuses = ['failed'];
  assert.match((await events()).finding ?? '', /is failed$/);
  account.sinkStatuses = ['active'];
  account.subscriptions = [];
  assert.match((await events()).finding ?? '', /not subscribed to all types$/);
  const elsewhere = await cliOver(account, { publicUrl: 'https://new.example.com' }).doctor();
  assert.match(elsewhere.checks.at(-1)?.finding ?? '', /leads to another address/);
});

test('callbacks have to come encrypted, unless they come from this very machine', async () => {
  const account = memoryAccount();
  const stateWith = async (publicUrl: string) =>
    (await cliOver(account, { publicUrl }).doctor()).stateOf('callbacks');
  assert.equal(await stateWith('http://a2p.example.com'), 'fail');
  assert.equal(await stateWith('http://127.0.0.1:8080'), 'warn');
  const { stateOf, failed } = await cliOver(account, {}, {}).doctor();
  assert.deepEqual([stateOf('callbacks'), stateOf('events'), failed], ['warn', undefined, false]);
});

test('a call that fails is a finding, and what comes after it is looked at all the same', async () => {
  const account = memoryAccount();
  account.ends.set('sinks', refused({ reason: 'ProviderRefused', message: 'no', code: '20403' }));
  account.ends.set('fetchBundle', { kind: 'unknown', reason: 'timeout' });
  const { checks, stateOf } = await cliOver(account).doctor();
  assert.deepEqual(
    [stateOf('primary profile'), stateOf('callbacks'), stateOf('events')],
    ['fail', 'ok', 'fail'],
  );
  assert.equal(checks.at(-1)?.finding, 'reading the sinks: no (20403)');
});

test('setup needs an address and a label that can be one, and tells what went wrong on the way', async () => {
  const account = memoryAccount();
  const cli = cliOver(account);
  await assert.rejects(cli.run('twilio setup', { label: 'Not One' }), BadUsage);
  await assert.rejects(cliOver(account, {}, {}).run('twilio setup'), BadConfiguration);
  assert.deepEqual(account.made, []);
  account.ends.set('createSink', { kind: 'throttled', retryAfterMs: 1_000, reason: 'TooManyRequests' });
  const { failed, notes } = await cli.run('twilio setup');
  assert.deepEqual([failed, notes], [true, ['creating the sink: not now (TooManyRequests)']]);
  assert.equal(cli.open(), 0);
});
