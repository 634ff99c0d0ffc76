import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { REASON } from '../../domain/reasons.ts';
import {
  ERRORS,
  entryFor,
  interpretError,
  refusalOfPage,
  refusalsOf,
  refusalsOfCampaign,
  refusalsOfEvaluation,
} from './errors.ts';
import { CAMPAIGN_ERRORS } from './errors-campaigns.ts';

const REFERENCE = fileURLToPath(new URL('../../../../../shared/twilio/TWILIO.md', import.meta.url));
const reference = existsSync(REFERENCE) ? readFileSync(REFERENCE, 'utf8') : undefined;
const absent = reference === undefined && 'the reference ../shared/twilio/TWILIO.md is not there';

/** Codes of a text, ranges such as 30750-30754 written out. Other numbers of five digits are none of them. */
function codesIn(text: string): readonly string[] {
  const codes = [...text.matchAll(/(?<![\d.+])(\d{5})(?:-(\d{5}))?(?!\d)/g)].flatMap(([, first, last]) =>
    Array.from({ length: Number(last ?? first) - Number(first) + 1 }, (_, n) => String(Number(first) + n)),
  );
  return [...new Set(codes)].filter((code) => /^(18|20|21|22|30|60)/.test(code));
}

function section(text: string, from: string, to: string): string {
  const start = text.indexOf(from);
  const end = text.indexOf(to, start);
  assert.ok(start >= 0 && end > start, `no section ${from.trim()}`);
  return text.slice(start, end);
}

test('every code of the reference’s tables has an entry', { skip: absent }, () => {
  const text = reference ?? '';
  const codes = [
    codesIn(section(text, '\n## 8. ', '\n### 8.3 ')),
    codesIn(section(text, '\n### 8.3 ', '\n### 8.4 ')),
    codesIn(section(text, '\n### 8.4 ', '\n### 8.5 ')),
    codesIn(section(text, '\n### 8.5 ', '\n### 8.6 ')),
    codesIn(section(text, '\n### 8.6 ', '\n## 9. ')),
  ];
  const least = [30, 40, 3, 25, 5];
  codes.forEach((found, n) => {
    assert.ok(found.length >= (least[n] ?? 0), `8.x, table ${n}: saw ${found.length} codes`);
  });
  assert.deepEqual(
    codes.flat().filter((code) => !entryFor(code)),
    [],
  );
});

test('so has every code that the reference names elsewhere', { skip: absent }, () => {
  const body = section(reference ?? '', '# Twilio reference', '\n## 13. ');
  // Issue numbers, and the delays and prices beside them, are no codes.
  const codes = codesIn(body.replace(/#\d+/g, ''));
  assert.deepEqual(
    codes.filter((code) => !entryFor(code)),
    [],
  );
});

describe('the table', () => {
  test('names each code once', () => {
    const codes = ERRORS.map(({ code }) => code);
    assert.deepEqual(
      codes.filter((code, n) => codes.indexOf(code) !== n),
      [],
    );
  });

  test('uses known reasons, whole sentences, and says what to do about every refusal', () => {
    const reasons: readonly string[] = Object.values(REASON);
    for (const { code, reason, message, remediation, outcome } of ERRORS) {
      assert.ok(reasons.includes(reason), `${code}: ${reason}`);
      assert.match(message, /^[A-Z].*\.$/, code);
      if (outcome === 'refused' || outcome === 'operator')
        assert.match(remediation ?? '', /^[A-Z].*\.$/, code);
    }
  });

  test('sends nobody to a tax id, which takes no change, without saying so', () => {
    const told = ERRORS.filter(({ remediation = '' }) => /taxId/.test(remediation));
    assert.ok(told.length >= 4);
    for (const { code, remediation } of told)
      assert.match(remediation ?? '', /taxId cannot be changed/, code);
    for (const { code, field } of ERRORS.filter(({ field }) => field === 'taxId'))
      assert.match(entryFor(code)?.remediation ?? '', /taxId cannot be changed/, `${code}: ${field}`);
  });

  test('says who pays for what only another campaign mends', () => {
    const anew = CAMPAIGN_ERRORS.filter(({ resubmit }) => resubmit === 'recreate').map(({ code }) => code);
    assert.deepEqual(anew.toSorted(), ['30900', '30901']);
    // No edit reaches the answers to STOP and HELP either.
    const fixed = CAMPAIGN_ERRORS.filter(({ remediation = '' }) =>
      /(helpMessage|optOutMessage)/.test(remediation),
    );
    assert.deepEqual(fixed.map(({ code }) => code).toSorted(), ['30881', '30887', '30890']);
    for (const code of [...anew, ...fixed.map(({ code }) => code)]) {
      assert.match(entryFor(code)?.remediation ?? '', /another fee.*\(TWILIO_RECREATE_CAMPAIGNS\)/, code);
    }
  });

  test('answers undefined for what it does not know', () => {
    assert.equal(entryFor('99999'), undefined);
    assert.equal(entryFor(undefined), undefined);
  });
});

describe('a 4xx answer comes to', () => {
  const table = [
    [{ status: 401, code: '20003' }, 'account', 'wrong credentials'],
    [{ status: 401 }, 'account', 'the same without a code'],
    [{ status: 401, code: '21710' }, 'account', 'the status rules over the code'],
    [{ status: 403, code: '20005' }, 'account', 'suspended'],
    [{ status: 429, code: '20429' }, 'throttled', 'never processed'],
    [{ status: 429 }, 'throttled', 'the same without a code'],
    [{ status: 400, code: '21730' }, 'throttled', 'maintenance'],
    [{ status: 404, code: '20404' }, 'unknown', 'perhaps not visible yet: look again, and count it'],
    [{ status: 404 }, 'unknown', 'the same without a code'],
    [{ status: 409 }, 'unknown', 'the state may pass'],
    [{ status: 408 }, 'unknown', 'may have happened'],
    [{ status: 409, code: '21710' }, 'alreadyDone', 'in the pool already'],
    [{ status: 409, code: '21712' }, 'refused', 'in another pool'],
    [{ status: 400, code: '21732' }, 'unknown', 'a campaign exists: the look-up finds it'],
    [{ status: 400, code: '21717' }, 'pending', 'the brand is being vetted'],
    [{ status: 400, code: '60711' }, 'pending', 'in review'],
    [{ status: 400, code: '21724' }, 'refused', 'the fourth update'],
    [{ status: 400, code: '22205' }, 'refused', 'for the operator'],
    [{ status: 400, code: '98765' }, 'refused', 'not known'],
    [{ status: 403 }, 'refused', 'not known, without a code'],
  ] as const;
  for (const [answer, kind, why] of table)
    test(`${kind}: ${why}`, () => assert.equal(interpretError(answer).kind, kind));

  test('an account that is turned away, under the code that says why', () => {
    const codeOf = (code: string) => {
      const meaning = interpretError({ status: 401, code });
      return meaning.kind === 'account' ? meaning.code : undefined;
    };
    assert.deepEqual([codeOf('20005'), codeOf('20003'), codeOf('12345')], ['20005', '20003', '20003']);
  });

  test('a refusal with the entry’s words, and never the provider’s', () => {
    const outcome = interpretError({ status: 400, code: '21724', message: 'Brand of jane@example.com' });
    assert.ok(outcome.kind === 'refused');
    const { reason, actor, link, message } = outcome.refusal;
    assert.deepEqual([reason, actor], [REASON.EditsExhausted, 'operator']);
    assert.equal(link, 'https://www.twilio.com/docs/api/errors/21724');
    assert.ok(!message.includes('jane'));
  });

  test('a refusal with the provider’s text, without PII, where the code is not known', () => {
    const outcome = interpretError({
      status: 400,
      code: '98765',
      message:
        'jane@example.com +1 (206) 555-0100 12-3456789 BU0123456789abcdef0123456789abcdef\nhttps://x.example/a?token=1 no',
      moreInfo: 'https://www.twilio.com/docs/errors/98765?x=1',
    });
    assert.ok(outcome.kind === 'refused');
    assert.deepEqual(outcome.refusal, {
      reason: REASON.ProviderRefused,
      message: '[e-mail] [number] [id] https://x.example/a no',
      code: '98765',
      link: 'https://www.twilio.com/docs/errors/98765',
      actor: 'operator',
    });
  });
});

describe('faults of an object become refusals', () => {
  test('in their order, each with code, field, page and actor', () => {
    const refusals = refusalsOf([
      { code: '30795', fields: ['business_name'], description: 'secret' },
      { code: '30896', fields: ['MESSAGE_FLOW'], url: 'https://www.twilio.com/docs/api/errors/30896' },
      { code: '18604' },
    ]);
    assert.deepEqual(
      refusals.map(({ code, reason, field, actor }) => [code, reason, field, actor]),
      [
        ['30795', REASON.TaxIdMismatch, 'legalName', 'tenant'],
        ['30896', REASON.OptInInsufficient, 'optInDescription', 'tenant'],
        ['18604', REASON.RepresentativeUnverified, 'representative', 'tenant'],
      ],
    );
    assert.ok(!JSON.stringify(refusals).includes('secret'));
  });

  test('the field that the provider names goes before the one of the table; one we do not have does not', () => {
    const fieldOf = (fields: readonly string[]) => refusalsOf([{ code: '30896', fields }])[0]?.field;
    assert.equal(fieldOf(['PRIVACY_POLICY_URL']), 'privacyPolicyUrl');
    assert.equal(fieldOf(['constructor', 'shoe_size', 'message_samples[1]']), 'sampleMessages');
    assert.equal(fieldOf(['shoe_size']), 'optInDescription');
  });

  test('a verdict on a campaign names no field of its brand, which is vetted and takes no edits', () => {
    const brandOnly = ['supportEmail', 'taxId', 'displayName', 'brandType', 'websiteDomain', 'legalName'];
    const fields = ['support_email', 'ein', 'brand_name', 'website', 'business_name'];
    for (const { code } of CAMPAIGN_ERRORS) {
      const [refusal] = refusalsOfCampaign([{ code, fields }]);
      assert.ok(!brandOnly.includes(refusal?.field ?? ''), `${code}: ${refusal?.field}`);
    }
    assert.equal(
      refusalsOfCampaign([{ code: '30896', fields: ['ein', 'MESSAGE_SAMPLES'] }])[0]?.field,
      'sampleMessages',
    );
    // The brand itself, rejected, takes edits.
    assert.equal(refusalsOf([{ code: '30915' }])[0]?.field, 'displayName');
  });

  test('a code whose meaning stands in its description only brings that description', () => {
    const [refusal] = refusalsOf([{ code: '30794', description: 'Entity type is wrong for 12-3456789' }]);
    assert.equal(refusal?.message, 'Entity type is wrong for [number]');
    assert.match(refusalsOf([{ code: '30794' }])[0]?.message ?? '', /does not accept/);
  });

  test('a page of somebody else is not linked to', () => {
    const linkOf = (url: string) => refusalsOf([{ code: '30795', url }])[0]?.link;
    const ours = 'https://www.twilio.com/docs/api/errors/30795';
    assert.equal(linkOf('https://evil.example/30795'), ours);
    assert.equal(linkOf('https://nottwilio.com/30795'), ours);
    assert.equal(linkOf('javascript:alert(1)'), ours);
  });

  test('a fault without code and words still is a refusal', () => {
    assert.deepEqual(refusalsOf([{}]), [
      {
        reason: REASON.ProviderRefused,
        message: 'The provider refuses this and does not say why.',
        actor: 'operator',
      },
    ]);
  });

  test('a verdict that is final says so, and who has to act', () => {
    for (const code of ['30883', '30884', '30885', '30897']) assert.equal(entryFor(code)?.resubmit, 'never');
    for (const code of ['30880', '30899', '30902']) assert.equal(entryFor(code)?.actor, 'operator');
  });
});

test('an evaluation names each field of ours once, and leaves the rest to the operator', () => {
  const fault = { object: 'x', requirement: 'y', reason: 'missing' };
  const refusals = refusalsOfEvaluation({
    sid: 'EL1',
    compliant: false,
    faults: [
      { ...fault, fields: ['first_name', 'FirstName', 'email'], code: '22215' },
      { ...fault, fields: [], code: '22214' },
    ],
  });
  assert.deepEqual(
    refusals.map(({ field, actor, code }) => [field, actor, code]),
    [
      ['representative.firstName', 'tenant', '22215'],
      ['representative.email', 'tenant', '22215'],
      [undefined, 'operator', '22214'],
    ],
  );
});

test('a failed number is refused by the page that its event names', () => {
  const codeAndReason = (page: string | undefined) => {
    const { code, reason } = refusalOfPage(page);
    return [code, reason];
  };
  const failed = REASON.NumberRegistrationFailed;
  assert.deepEqual(codeAndReason('https://www.twilio.com/docs/api/errors/30125'), ['30125', failed]);
  assert.deepEqual(codeAndReason('https://www.twilio.com/docs/api/errors/39999'), ['39999', failed]);
  assert.deepEqual(codeAndReason('nonsense'), [undefined, failed]);
  assert.deepEqual(codeAndReason(undefined), [undefined, failed]);
});
