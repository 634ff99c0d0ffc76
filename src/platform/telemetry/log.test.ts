import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLogger, type LogOptions } from './log.ts';

function capture(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger(
    { level: 'info', service: 'registration', role: 'api', ...options },
    { write: (line) => void lines.push(line) },
  );
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

const PII = {
  taxId: '12-3456789',
  supportEmail: 'someone@example.com',
  supportPhone: '+12025550100',
  mobilePhone: '+12025550101',
  address: { street: '1 Main Street', city: 'Springfield' },
  representative: { firstName: 'Given', lastName: 'Family', email: 'a@example.com' },
  authorization: 'Bearer nmc_abc',
  'X-NMC-Signature': 'v1=00ff',
  set_cookie: 'session=1',
  whsecSecret: 'whsec_abc',
};
const VALUES = [
  '3456789',
  'example.com',
  '+1202555',
  'Main Street',
  'Given',
  'nmc_abc',
  '00ff',
  'session=1',
  'whsec_abc',
];

test('a line is one JSON object with level, ISO time, service and role', () => {
  const { log, lines, last } = capture();
  log.info({ aggregateId: 'brand_1' }, 'reconcile:brand:done');
  assert.equal(lines.length, 1);
  const { time, ...rest } = last();
  assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(rest, {
    level: 'info',
    service: 'registration',
    role: 'api',
    aggregateId: 'brand_1',
    msg: 'reconcile:brand:done',
  });
});

test('fields named like PII or secrets are redacted at any depth, in arrays and in bindings of children', () => {
  const { log, lines, last } = capture();
  log.info(PII, 'flat');
  log.info({ a: { b: { c: [{ d: { spec: PII } }] } } }, 'deep');
  log.child({ spec: PII }).warn('child');
  log
    .child({})
    .child({ headers: { Authorization: 'Bearer nmc_abc' } })
    .warn('grandchild');
  for (const line of lines) {
    for (const value of VALUES) assert.ok(!line.includes(value), `${value} in ${line}`);
  }
  assert.equal(last().headers instanceof Object, true);
  assert.equal(lines.length, 4);
});

test('whatever surrounds it, a sensitive field does not get out', () => {
  const { log, lines } = capture();
  const path = fc.array(fc.constantFrom('spec', 'items', 'x', 'brand'), { maxLength: 6 });
  fc.assert(
    fc.property(
      path,
      fc.constantFrom('taxId', 'tax_id', 'TAX-ID', 'supportEmail', 'address'),
      (names, field) => {
        const fields = names.reduceRight<object>((inner, name) => ({ [name]: inner, n: 1 }), {
          [field]: 'leaked',
        });
        log.info(fields, 'event');
        assert.ok(!lines.at(-1)?.includes('leaked'));
      },
    ),
  );
});

test('ids, counts and dates pass as they are', () => {
  const { log, last } = capture();
  const fields = {
    aggregateId: 'brand_1',
    tokensLeft: 3,
    attempts: 2,
    phase: 'VETTED',
    ok: true,
    none: null,
  };
  log.info({ ...fields, at: new Date(0), url: new URL('https://example.com/x') });
  const { time, level, service, role, ...rest } = last();
  assert.deepEqual(rest, { ...fields, at: '1970-01-01T00:00:00.000Z', url: 'https://example.com/x' });
});

test('an error is logged with type, code, stack and causes, but not with what a driver hung on it', () => {
  const { log, lines, last } = capture();
  const driver = Object.assign(new Error('duplicate key'), {
    code: '23505',
    constraint: 'brands_tax_id',
    detail: 'Key (tax_id)=(12-3456789) already exists.',
    parameters: ['12-3456789'],
  });
  log.error({ err: new Error('save failed', { cause: driver }), also: driver }, 'failed');
  const err = last().err as { type: string; stack: string; cause: Record<string, unknown> };
  assert.equal(err.type, 'Error');
  assert.match(err.stack, /log\.test\.ts/);
  assert.deepEqual([err.cause.code, err.cause.constraint], ['23505', 'brands_tax_id']);
  assert.ok(!lines.join('').includes('3456789'));
  log.error({ err: { taxId: '12-3456789' } }, 'thrown object');
  assert.ok(!lines.join('').includes('3456789'));
});

test('bytes are logged as their number, cycles end', () => {
  const { log, last } = capture();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  log.info({ body: Buffer.from('12-3456789'), cycle }, 'odd');
  assert.equal(last().body, '[10 bytes]');
});

test('the level is obeyed', () => {
  const { log, lines } = capture({ level: 'warn' });
  log.info('no');
  log.warn('yes');
  assert.equal(lines.length, 1);
});

test('pretty lines are for people and are redacted as well', () => {
  const { log, lines } = capture({ pretty: true });
  log.info({ aggregateId: 'brand_1', note: 'two words', taxId: '12-3456789' }, 'saved');
  assert.match(
    lines[0] ?? '',
    /^[\d:.]{12} INFO {2}registration\/api saved aggregateId=brand_1 note="two words" taxId=\[redacted\]\n$/,
  );
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  assert.match(lines[1] ?? '', /failed\n {2}Error: outer\n(?:.*\n)*? {2}Error: inner\n/);
});
