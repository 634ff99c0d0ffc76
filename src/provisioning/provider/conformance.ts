import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { NumberState, Webhooks } from '../domain/types.ts';
import type { CallScope, PortResult, TelephonyPort } from '../ports.ts';

/** A provider under test, and what there is at it. */
export interface Subject {
  readonly port: TelephonyPort;
  /** Another instance, as after a restart. */
  restarted(): TelephonyPort;
  /** With at least twenty numbers for sale, some of which cannot do everything. */
  readonly areaCode: string;
  /** Three numbers that can be bought. */
  readonly free: readonly [string, string, string];
  /** Somebody else is faster. */
  readonly lost: string;
  /** No number at all. */
  readonly invalid: string;
  readonly voiceApp: string;
  readonly unknownVoiceApp: string;
}

const UNKNOWN_SID = `PN${'f'.repeat(32)}`;
const TAG = 'a2p-0123456789abcdef0123456789abcdef01234567';
const WEBHOOKS: Webhooks = {
  smsWebhookUrl: 'https://app.example.com/sms#rc=2',
  voiceUrl: 'https://app.example.com/voice?line=1',
  statusCallbackUrl: 'https://app.example.com/status',
};

/** What every telephony provider promises behind the port; each passes this very suite (R137, R142). */
export function conformance(name: string, open: () => Promise<Subject>): void {
  describe(`${name} keeps the promises of the telephony port`, () => {
    test('a search lists numbers of the area, no more than asked for, and the flags narrow it', async () => {
      const { port, areaCode } = await open();
      const few = value(await port.search({ areaCode, capabilities: [], limit: 3 }, scope()));
      assert.equal(few.length, 3);
      const all = value(await port.search({ areaCode, capabilities: [], limit: 1_000 }, scope()));
      assert.equal(new Set(all.map(({ e164 }) => e164)).size, all.length);
      for (const { e164, country } of all) {
        assert.equal(e164.slice(0, 5), `+1${areaCode}`);
        assert.match(e164, /^\+1\d{10}$/);
        assert.match(country, /^[A-Z]{2}$/);
      }
      const sms = value(await port.search({ areaCode, capabilities: ['sms'], limit: 1_000 }, scope()));
      assert.ok(
        all.some(({ capabilities }) => !capabilities.sms),
        'or the flag would not be tested',
      );
      const able = all.filter(({ capabilities }) => capabilities.sms);
      assert.deepEqual(sms, able);
    });

    test('a search for one number lists it while it is for sale', async () => {
      const { port, free, invalid } = await open();
      const [e164] = free;
      const ask = (one: string) => port.search({ e164: one, capabilities: [], limit: 5 }, scope());
      const [found, ...others] = value(await ask(e164));
      assert.deepEqual([found?.e164, found?.capabilities, others], [e164, { sms: true, voice: true }, []]);
      assert.deepEqual(value(await ask(invalid)), []);
      value(await port.purchase(e164, TAG, scope()));
      assert.deepEqual(value(await ask(e164)), []);
    });

    test('a bought number bears the tag and is found by it, by its number and by its sid', async () => {
      const { port, restarted, free } = await open();
      const [e164, other] = free;
      assert.equal(value(await port.findByNumber(e164, scope())), undefined);
      assert.equal(value(await port.findByTag(TAG, scope())), undefined);
      const bought = value(await port.purchase(e164, TAG, scope()));
      value(await port.purchase(other, `${TAG}x`, scope()));
      assert.match(bought.sid, /^PN[0-9a-f]{32}$/);
      assert.match(bought.accountSid, /^AC[0-9a-f]{32}$/);
      assert.deepEqual([bought.e164, bought.tag], [e164, TAG]);
      assert.deepEqual(bought.capabilities, { sms: true, voice: true });
      const state: NumberState = { ...bought, country: 'US', webhooks: {} };
      assert.deepEqual(value(await port.getNumber(bought.sid, scope())), state);
      assert.deepEqual(value(await port.findByNumber(e164, scope())), state);
      assert.deepEqual(value(await port.findByTag(TAG, scope())), state);
      assert.equal(value(await port.findByTag(TAG.slice(0, -1), scope())), undefined, 'exactly');
      const again = value(await restarted().getNumber(bought.sid, scope()));
      assert.deepEqual([again.sid, again.e164], [bought.sid, e164]);
    });

    test('a number that the account has already is answered as bought, and nothing is bought', async () => {
      const { port, free } = await open();
      const first = value(await port.purchase(free[0], TAG, scope()));
      const second = value(await port.purchase(free[0], 'other', scope()));
      assert.deepEqual(second, { ...first, tag: 'other' });
    });

    test('what somebody else has is unavailable, what is no number is refused, and neither is bought', async () => {
      const { port, lost, invalid } = await open();
      const late = await port.purchase(lost, TAG, scope());
      assert.equal(late.kind, 'unavailable');
      assert.equal(late.kind === 'unavailable' && late.fault.code, '21422');
      const wrong = await port.purchase(invalid, TAG, scope());
      assert.equal(wrong.kind === 'refused' && wrong.fault.field, 'e164');
      assert.equal(value(await port.findByTag(TAG, scope())), undefined);
    });

    test('webhooks are set as a whole: what is absent is cleared, of URL and application the other one', async () => {
      const { port, free, voiceApp } = await open();
      const { sid } = value(await port.purchase(free[0], TAG, scope()));
      const set = async (webhooks: Webhooks) => {
        const answered = value(await port.configure(sid, webhooks, scope())).webhooks;
        assert.deepEqual(value(await port.getNumber(sid, scope())).webhooks, answered);
        return answered;
      };
      const app = { smsWebhookUrl: WEBHOOKS.smsWebhookUrl, voiceAppSid: voiceApp };
      assert.deepEqual(await set(WEBHOOKS), WEBHOOKS);
      assert.deepEqual(await set(app), app);
      assert.deepEqual(await set(WEBHOOKS), WEBHOOKS);
      assert.deepEqual(await set(WEBHOOKS), WEBHOOKS, 'and again');
      const state = value(await port.findByNumber(free[0], scope()));
      assert.equal(state?.tag, TAG, 'the tag stays');
    });

    test('an application that is not there is known as such, and is refused without any change', async () => {
      const { port, free, voiceApp, unknownVoiceApp } = await open();
      assert.equal(value(await port.voiceAppExists(voiceApp, scope())), true);
      assert.equal(value(await port.voiceAppExists(unknownVoiceApp, scope())), false);
      const { sid } = value(await port.purchase(free[0], TAG, scope()));
      value(await port.configure(sid, WEBHOOKS, scope()));
      const wrong = { smsWebhookUrl: 'https://b.example.com', voiceAppSid: unknownVoiceApp };
      const result = await port.configure(sid, wrong, scope());
      assert.equal(result.kind === 'refused' && result.fault.field, 'webhooks.voiceAppSid');
      assert.deepEqual(value(await port.getNumber(sid, scope())).webhooks, WEBHOOKS);
    });

    test('a released number is gone, and gone again', async () => {
      const { port, free } = await open();
      const { sid } = value(await port.purchase(free[0], TAG, scope()));
      assert.deepEqual(value(await port.detach(sid, undefined, scope())), { searched: true });
      value(await port.release(sid, scope()));
      assert.equal((await port.release(sid, scope())).kind, 'notFound');
      assert.equal((await port.getNumber(sid, scope())).kind, 'notFound');
      assert.equal((await port.configure(sid, WEBHOOKS, scope())).kind, 'notFound');
      assert.equal(value(await port.findByNumber(free[0], scope())), undefined);
      assert.equal(value(await port.findByTag(TAG, scope())), undefined);
    });

    test('a sid that nobody knows is not found', async () => {
      const { port } = await open();
      for (const result of [
        await port.getNumber(UNKNOWN_SID, scope()),
        await port.configure(UNKNOWN_SID, WEBHOOKS, scope()),
        await port.release(UNKNOWN_SID, scope()),
      ])
        assert.equal(result.kind, 'notFound');
      assert.equal((await port.detach(UNKNOWN_SID, undefined, scope())).kind, 'ok');
    });

    test('what comes after the end of its request is not sent', async () => {
      const { port, free } = await open();
      const over = scope(AbortSignal.abort());
      const result = await port.purchase(free[0], TAG, over);
      assert.equal(result.kind === 'unknown' && result.sent, false);
      assert.equal(value(await port.findByNumber(free[0], scope())), undefined);
    });

    test('it says whether it is there', async () => {
      const { port } = await open();
      assert.equal((await port.check(scope())).kind, 'ok');
      assert.ok(port.breakers().every(({ state }) => state === 'closed'));
    });
  });
}

const scope = (signal = new AbortController().signal): CallScope => ({ signal, correlationId: 'cor_test' });

function value<T>(result: PortResult<T>): T {
  assert.ok(result.kind === 'ok', JSON.stringify(result));
  return result.value;
}
