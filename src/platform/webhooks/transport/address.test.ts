import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AddressScope, addressScope, mayConnect } from './address.ts';

const SCOPES: Readonly<Record<AddressScope, readonly string[]>> = {
  global: [
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '198.17.255.255',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001:801::200e',
    '64:ff9b::808:808',
  ],
  private: [
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '::1',
    'fc00::1',
    'fd12:3456:789a::1',
  ],
  forbidden: [
    '0.0.0.0',
    '0.1.2.3',
    '169.254.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::2',
    '::127.0.0.1',
    '::7f00:1',
    '::8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::a00:1',
    '64:ff9b:1::7f00:1',
    '64:ff9b:1::808:808',
    '100::1',
    '2001::1',
    '2001:0:53aa:64c::1',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:db8::1',
    '2002:7f00:1::1',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fd00:ec2::254',
    'fd20:ce::254',
    '64:ff9b::168.63.129.16',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'ff0e::1',
    'localhost',
    '127.0.0.1.',
    '127.1',
    '8.8',
    '0x08080808',
    '134744072',
    '',
  ],
};

for (const [scope, addresses] of Object.entries(SCOPES)) {
  test(`${addresses.length} addresses are ${scope}`, () => {
    for (const address of addresses) assert.equal(addressScope(address), scope, address);
  });
}

test('in production only what is global may be connected to; development adds private, never forbidden', () => {
  for (const address of SCOPES.global) assert.ok(mayConnect(address, false) && mayConnect(address, true));
  for (const address of SCOPES.private) assert.ok(!mayConnect(address, false) && mayConnect(address, true));
  for (const address of SCOPES.forbidden)
    assert.ok(!mayConnect(address, false) && !mayConnect(address, true));
});

test('no way of wrapping an IPv4 address makes a private one global', () => {
  const wrappings = [
    (hex: string) => `::ffff:${hex}`,
    (hex: string) => `::${hex}`,
    (hex: string) => `64:ff9b::${hex}`,
    (hex: string) => `64:ff9b:1::${hex}`,
    (hex: string) => `2002:${hex}::1`,
    (hex: string) => `2001:0:${hex}::1`,
  ];
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom(...wrappings), (address, wrap) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const wrapped = wrap(`${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`);
      if (addressScope(address) !== 'global') assert.notEqual(addressScope(wrapped), 'global', wrapped);
    }),
    { numRuns: 2_000 },
  );
});
