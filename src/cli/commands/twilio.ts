import type { Outcome } from '#kernel/outcome.ts';
import { text } from '../arguments.ts';
import { BadConfiguration, BadUsage, type CommandContext, type Commands } from '../command.ts';
import { report } from './doctor-checks.ts';
import { type CheckCalls, type CheckTarget, twilioChecks } from './twilio-checks.ts';
import { setUpEvents } from './twilio-setup.ts';

/** The provider's account as configured, for one command. */
export interface TwilioAccess extends Omit<CheckTarget, 'label'> {
  readonly calls: CheckCalls;
  /** Has the provider text the owner of a sole-proprietor brand anew; undefined for a brand that it does not know. */
  readonly resendCode: (brandId: string) => Promise<Outcome<void> | undefined>;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  close(): Promise<void>;
}

const LABEL = { label: { type: 'string' } } as const;
const DEFAULT_LABEL = 'default';

/** @param connect throws BadConfiguration when the provider is not Twilio or something of it is not set. */
export function twilioCommands(connect: (context: CommandContext) => Promise<TwilioAccess>): Commands {
  const within = async <T>(context: CommandContext, work: (access: TwilioAccess) => Promise<T>) => {
    const access = await connect(context);
    try {
      return await work(access);
    } finally {
      await access.close();
    }
  };
  return {
    'twilio setup': {
      usage: 'twilio setup [--label <installation>]',
      summary: 'have the account send its events to PUBLIC_URL; run again it changes nothing',
      options: LABEL,
      run: (args, context) =>
        within(context, async ({ calls, publicUrl, wait }) => {
          if (publicUrl === undefined) throw new BadConfiguration('PUBLIC_URL: is needed; set it');
          const label = labelOf(text(args, 'label'));
          const { signal } = context;
          const { steps, fault } = await setUpEvents(calls, { publicUrl, label, wait, signal });
          return fault === undefined ? { data: steps } : { data: steps, failed: true, notes: [fault] };
        }),
    },
    'twilio doctor': {
      usage: 'twilio doctor [--label <installation>]',
      summary: 'check credentials, account, policies, primary profile and events, and say what to do',
      options: LABEL,
      run: (args, context) =>
        within(context, async ({ calls, ...target }) =>
          report(await twilioChecks(calls, { ...target, label: labelOf(text(args, 'label')) })),
        ),
    },
    'twilio resend-code': {
      usage: 'twilio resend-code --brand <brandId>',
      summary: 'text the owner of a sole-proprietor brand again, whose answer was not given within 24 hours',
      options: { brand: { type: 'string' } },
      run: (args, context) =>
        within(context, async ({ resendCode }) => {
          const brandId = text(args, 'brand');
          if (brandId === undefined) throw new BadUsage('give --brand');
          const outcome = await resendCode(brandId);
          if (!outcome) throw new BadUsage(`${brandId} is no brand that the provider has`);
          if (outcome.kind === 'ok') return { data: { brandId, result: 'sent' } };
          return { data: { brandId, result: outcome.kind }, failed: true, notes: [reasonOf(outcome)] };
        }),
    },
  };
}

function reasonOf(outcome: Exclude<Outcome<void>, { kind: 'ok' }>): string {
  switch (outcome.kind) {
    case 'refused':
      return outcome.refusal.message;
    case 'pending':
      return 'the provider is not done yet';
    default:
      return outcome.reason;
  }
}

/** Part of descriptions at the provider, and compared there. */
function labelOf(given: string | undefined): string {
  const label = given ?? DEFAULT_LABEL;
  if (/^[a-z0-9][a-z0-9.-]{0,39}$/.test(label)) return label;
  throw new BadUsage('--label is 1 to 40 small letters, digits, "." or "-"');
}
