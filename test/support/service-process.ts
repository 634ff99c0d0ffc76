// One service in a process as tests start it: the real thing, but that the fake provider's objects may live elsewhere.

import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/platform/telemetry/log.ts';
import { createFakeProvider } from '../../src/registration/provider/fake/fake-provider.ts';
import { startProvisioning } from '../../src/start/provisioning.ts';
import { startRegistration } from '../../src/start/registration.ts';
import { remoteWorld } from './world-server.ts';

const read = readConfig();
if ('faults' in read) throw new Error(read.faults.join('\n'));
const { config } = read;
const [kind = 'registration'] = config.services;
const log = createLogger({ level: config.logLevel, service: kind, role: config.roles.join('+') });
const worldUrl = process.env.TEST_WORLD_URL;
const fake = () =>
  createFakeProvider({
    // Not one that a test may set: what the fake has promised would not fall due.
    clock: { now: () => new Date(performance.timeOrigin + performance.now()) },
    ...config.fake,
    ...(worldUrl ? { world: remoteWorld(worldUrl) } : {}),
  });
const service =
  kind === 'provisioning' && config.provisioning
    ? await startProvisioning(config, config.provisioning, log, {
        guard: undefined,
        developmentToken: undefined,
      })
    : await startRegistration(config, log, config.twilio ? {} : { provider: fake() });
process.send?.({ url: service.url });
process.on('SIGTERM', () => {
  void service.stop().then(() => process.exit(0));
});
// Whoever started it is gone, killed perhaps: nobody else would end it.
process.on('disconnect', () => process.exit(1));
