import { controlOf, type SimControl } from './control.ts';
import { installInboundControl } from './core/inbound.ts';
import { installNumberControls } from './core/incoming-numbers.ts';
import { coreRoutes } from './core/index.ts';
import { createFaults } from './faults.ts';
import { readContract } from './openapi.ts';
import { createRequestLog } from './request-log.ts';
import { a2pRoutes, installCallbacks, isAddressVerified } from './resources/index.ts';
import { createRouter } from './route.ts';
import { listen } from './server.ts';
import { createWorld, type Delays, type SimAccount, type SimKey, type SimWorld } from './world.ts';

export type SimState = SimWorld;

export interface SimAccountOptions {
  readonly sid: string;
  readonly token: string;
  readonly friendlyName?: string;
  readonly status?: SimAccount['status'];
  readonly parent?: string;
  readonly keys?: readonly SimKey[];
}

export interface SimOptions {
  /** 0 or none: any free port. */
  readonly port?: number;
  readonly accounts?: readonly SimAccountOptions[];
  readonly delays?: Partial<Delays>;
  readonly seed?: number;
  /** Folder with OpenAPI files of Twilio; calls that do not fit them are refused and counted. */
  readonly openApiDir?: string;
  /** New objects stay invisible for so long. */
  readonly consistencyMs?: number;
  /** A read of IncomingPhoneNumbers for one exact number makes that number the account's own. */
  readonly ownAskedNumbers?: boolean;
  /** Refuses A2P calls that come sooner than 1 per second with 429/20429, instead of only counting them. */
  readonly enforcePace?: boolean;
}

export interface TwilioSim {
  /** The value for TWILIO_BASE_URL. */
  readonly url: string;
  readonly control: SimControl;
  readonly state: SimState;
  close(): Promise<void>;
}

/** Not secret: the simulator listens on loopback only and holds nothing of anyone. */
export const DEFAULT_ACCOUNT = {
  sid: 'AC00000000000000000000000000000001',
  token: '00000000000000000000000000000001',
  friendlyName: 'Simulated account',
  keys: [{ sid: 'SK00000000000000000000000000000001', secret: 'simulated-key-secret', kind: 'standard' }],
} as const satisfies SimAccountOptions;

/**
 * Starts the simulator on loopback. Routes are the core's (2010 API) and `a2pRoutes` of resources/index.ts;
 * `installCallbacks(world)` is called for the new world and again after each reset: it sets up listeners, control
 * calls and the objects that exist from the start (the approved primary profile of each account).
 */
export async function startTwilioSim(options: SimOptions = {}): Promise<TwilioSim> {
  const accounts = (options.accounts ?? [DEFAULT_ACCOUNT]).map(accountOf);
  const world = createWorld({
    accounts,
    ...(options.delays && { delays: options.delays }),
    ...(options.seed !== undefined && { seed: options.seed }),
    ...(options.consistencyMs !== undefined && { consistencyMs: options.consistencyMs }),
  });
  const install = () => {
    installNumberControls(world);
    installInboundControl(world);
    installCallbacks(world);
  };
  install();
  const log = createRequestLog();
  const faults = createFaults();
  const contract = options.openApiDir === undefined ? undefined : await readContract(options.openApiDir);
  const control = controlOf({
    world,
    log,
    faults,
    reset() {
      log.clear();
      faults.clear();
      world.clear();
      install();
    },
  });
  const routes = [
    ...coreRoutes({ ownAskedNumbers: options.ownAskedNumbers ?? false, isAddressVerified }),
    ...a2pRoutes,
  ];
  const server = await listen({
    port: options.port ?? 0,
    world,
    log,
    faults,
    contract,
    control,
    route: createRouter(routes),
    enforcePace: options.enforcePace ?? false,
  });
  return {
    url: server.url,
    control,
    state: world,
    async close() {
      world.clock.stop();
      await server.close();
    },
  };
}

function accountOf(account: SimAccountOptions): SimAccount {
  return {
    sid: account.sid,
    token: account.token,
    status: account.status ?? 'active',
    friendlyName: account.friendlyName ?? account.sid,
    ...(account.parent !== undefined && { parent: account.parent }),
    keys: account.keys ?? [],
    createdAt: Date.now(),
  };
}
