import { conflict } from '#kernel/problem.ts';
import { openLedger, openLedgerDatabase } from '../provisioning/ledger/open.ts';
import { BadConfiguration, BadUsage, type CommandContext, type LedgerAccess } from './command.ts';

export interface LedgerAccessOptions {
  readonly settings: CommandContext['settings'];
  /** Whom others find that hold of an embedded one, e.g. `npm run cli, pid 4711`. */
  readonly owner: string;
  readonly onError: (error: unknown) => void;
}

/** The ledger as it is configured, opened for one command. An embedded one that a service has is `held`. */
export function createLedgerAccess({ settings, ...rest }: LedgerAccessOptions): LedgerAccess {
  const configured = () => {
    if ('faults' in settings) throw new BadConfiguration(settings.faults.join('\n'));
    const { dataDir, provisioning } = settings.config;
    if (!provisioning)
      throw new BadConfiguration('SERVICES: has no provisioning; add it, or leave SERVICES unset');
    return { ...provisioning, dataDir };
  };
  return {
    async open() {
      const config = configured();
      if (config.backend === 'memory') {
        throw conflict('The ledger is in the memory of the running service: IDEMPOTENCY_BACKEND is memory');
      }
      return openLedger(config, { ...rest, schema: 'current' });
    },
    async openDatabase() {
      const config = configured();
      if (config.backend !== 'postgres') {
        throw new BadUsage(`the ledger is in no database: IDEMPOTENCY_BACKEND is ${config.backend}`);
      }
      return openLedgerDatabase(config, { ...rest, schema: 'asIs' });
    },
  };
}
