import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { canonicalBrandSpec, canonicalCampaignSpec } from './canonical.ts';
import { campaignFaults } from './compliance.ts';
import { brandInput, campaignInput } from './fixtures.ts';
import { campaignTexts } from './texts.ts';

const brand = canonicalBrandSpec({ ...brandInput, displayName: 'Rosa', supportEmail: 'help@example.com' });

test('the texts are composed from opt-in description, STOP/HELP text and brand (C21)', () => {
  const spec = {
    ...campaignInput,
    optInDescription: 'Callers agree on the phone',
    privacyPolicyUrl: 'https://example.com/privacy',
    termsUrl: 'https://example.com/terms',
  };
  assert.deepEqual(campaignTexts(spec, brand), {
    messageFlow:
      'Callers agree on the phone. Message frequency varies. Message and data rates may apply. ' +
      'Reply STOP to opt out, HELP for help. Privacy policy: https://example.com/privacy ' +
      'Terms: https://example.com/terms',
    helpMessage:
      'Rosa: for help with our texts, contact help@example.com or https://example.com. ' +
      'Reply STOP to opt out, HELP for help.',
    optOutMessage:
      'Rosa: you have opted out and will receive no more texts from us. Reply START to opt in again.',
  });
});

test('an override stands as it is', () => {
  const overrides = { messageFlow: 'Flow', helpMessage: 'Help', optOutMessage: 'Out' };
  assert.deepEqual(campaignTexts({ ...campaignInput, ...overrides }, brand), overrides);
});

describe('the answers to keywords fit two SMS segments whenever the names can', () => {
  const table = [
    {
      name: 'R'.repeat(60),
      text: 'STOP HELP '.repeat(40),
      reason: 'a long STOP/HELP text is left out of HELP',
    },
    { name: 'R'.repeat(240), text: 'STOP HELP', reason: 'a long name leaves room for the contact only' },
  ];
  for (const { name, text, reason } of table)
    test(reason, () => {
      const long = canonicalBrandSpec({ ...brandInput, displayName: name });
      const { helpMessage, optOutMessage } = campaignTexts({ ...campaignInput, stopHelpText: text }, long);
      assert.ok(helpMessage.length <= 320, `${helpMessage.length} characters`);
      assert.ok(optOutMessage.length <= 320);
      assert.match(helpMessage, /^R+: for help.*https:\/\/example\.com.*STOP/);
    });
});

test('same specs, same texts; HELP always names the brand and a way to reach it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 60 }), fc.emailAddress(), (name, email) => {
      const any = canonicalBrandSpec({ ...brandInput, displayName: name, supportEmail: email });
      const texts = campaignTexts(campaignInput, any);
      assert.deepEqual(texts, campaignTexts({ ...campaignInput }, { ...any }));
      assert.ok(texts.helpMessage.startsWith(`${any.displayName}: `));
      assert.match(texts.helpMessage, /contact \S+/);
    }),
  );
});

test('what is composed from a faultless spec has no faults of its own', () => {
  const spec = canonicalCampaignSpec({ ...campaignInput, privacyPolicyUrl: 'https://example.com/privacy' });
  assert.deepEqual(campaignFaults({ ...spec, ...campaignTexts(spec, brand) }, brand), []);
});
