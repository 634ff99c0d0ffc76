import assert from 'node:assert/strict';
import { after } from 'node:test';
import { conformance } from '../../src/provisioning/provider/conformance.ts';
import {
  createFakePort,
  FAKE_INVALID_NUMBER,
  FAKE_UNKNOWN_APP,
} from '../../src/provisioning/provider/fake/fake-port.ts';
import { openTwilio, type TwilioScene } from './twilio-port.ts';

const HERE = {
  areaCode: '415',
  free: ['+14155550101', '+14155550102', '+14155550103'],
  invalid: '+15005550001',
  unknownVoiceApp: FAKE_UNKNOWN_APP,
} as const;
assert.equal(FAKE_INVALID_NUMBER, HERE.invalid);

conformance('the fake provider', async () => ({
  ...HERE,
  port: createFakePort(),
  restarted: createFakePort,
  lost: '+14155550105',
  voiceApp: `AP${'1'.repeat(32)}`,
}));

const scenes: TwilioScene[] = [];
after(async () => {
  for (const { sim } of scenes) {
    assert.deepEqual(
      sim.control.requests().filter(({ contract }) => contract),
      [],
      'every call fits the OpenAPI files',
    );
  }
  await Promise.all(scenes.map((scene) => scene.close()));
});

conformance('the Twilio port', async () => {
  const scene = await openTwilio();
  scenes.push(scene);
  const lost = '+14155550105';
  await scene.sim.control.call('sold', undefined, { phoneNumber: lost });
  return {
    ...HERE,
    port: scene.port,
    restarted: () => scene.open(),
    lost,
    voiceApp: await application(scene),
  };
});

async function application({ sim }: TwilioScene): Promise<string> {
  const [account] = [...sim.state.accounts.values()];
  assert.ok(account);
  const response = await fetch(`${sim.url}/2010-04-01/Accounts/${account.sid}/Applications.json`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${account.sid}:${account.token}`).toString('base64')}` },
    body: new URLSearchParams({ FriendlyName: 'calls' }),
  });
  assert.equal(response.status, 201);
  const [made] = sim.control.objects('applications');
  assert.ok(made);
  return made.sid;
}
