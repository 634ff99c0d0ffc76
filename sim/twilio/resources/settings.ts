import type { SimWorld } from '../world.ts';

/** What the A2P part can be told to do otherwise, with POST /_sim/settings. A reset brings the defaults back. */
export interface A2pSettings {
  /** Numbers that fit into one messaging service; Twilio's own default is 400. */
  poolLimit: number;
  /** A campaign asked for sooner after its service was made gets 422 (docs/twilio.md 12.2). */
  serviceReadyMs: number;
  /** How long a deleted campaign still blocks its service; Twilio advises to wait about 5 s. */
  campaignDeleteMs: number;
  /** Editing a rejected campaign is a private beta: false answers like an account without it. */
  campaignEdit: boolean;
  /** How long the owner takes to answer a one-time passcode. */
  otpAnswerMs: number;
  /** Whether a subscription may only be made on an active sink. */
  subscribeNeedsActiveSink: boolean;
}

const DEFAULTS: A2pSettings = {
  poolLimit: 400,
  serviceReadyMs: 0,
  campaignDeleteMs: 0,
  campaignEdit: true,
  otpAnswerMs: 300,
  subscribeNeedsActiveSink: true,
};

const byWorld = new WeakMap<SimWorld, A2pSettings>();

export function settingsOf(world: SimWorld): A2pSettings {
  const known = byWorld.get(world);
  if (known) return known;
  const made = { ...DEFAULTS };
  byWorld.set(world, made);
  return made;
}

/** Defaults again, and the control call that changes them: numbers and booleans by name, others are refused. */
export function installSettings(world: SimWorld): void {
  byWorld.set(world, { ...DEFAULTS });
  world.control('settings', ({ body }) => {
    const settings = settingsOf(world);
    const accepted: Partial<A2pSettings> = {};
    for (const [name, value] of Object.entries(body)) {
      if (!isName(name) || typeof value !== typeof settings[name]) {
        return { status: 400, body: { error: `no setting ${name} of that type` } };
      }
      Object.assign(accepted, { [name]: value });
    }
    Object.assign(settings, accepted);
    return { status: 200, body: settings };
  });
}

function isName(name: string): name is keyof A2pSettings {
  return name in DEFAULTS;
}
