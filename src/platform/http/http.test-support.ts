import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';
import { parseKeyring } from '../secrets/keyring.ts';
import { type Contract, loadContract } from './contract.ts';
import type { AnswerVault } from './idempotency.ts';

/* For tests only: a small contract of things, and what stands around the HTTP edge. */

const THINGS = `
openapi: 3.1.0
info: { title: Things, version: 1.0.0 }
servers: [{ url: /v1 }, { url: https://things.example/v1 }]
security: [{ bearer: [read] }]
paths:
  /things:
    post:
      operationId: createThing
      security: [{ bearer: [write] }]
      parameters:
        - { name: Idempotency-Key, in: header, schema: { type: string, minLength: 1, maxLength: 255, pattern: '^[ -~]+$', x-fix: must be printable ASCII } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/NewThing' } } }
      responses: { '201': { description: made } }
    get:
      operationId: listThings
      parameters:
        - { name: limit, in: query, schema: { type: integer, minimum: 1, maximum: 100, default: 20 } }
        - { name: kind, in: query, schema: { type: string, enum: [BIG, SMALL] } }
      responses: { '200': { description: all } }
  /things/{thingId}:
    parameters:
      - { name: thingId, in: path, required: true, schema: { $ref: '#/components/schemas/Id' } }
    get:
      operationId: getThing
      responses: { '200': { description: one } }
    patch:
      operationId: patchThing
      security: [{ bearer: [write] }]
      parameters:
        - { name: If-Match, in: header, schema: { type: string, pattern: '^("[0-9]+"|[*])$', x-fix: must be an ETag } }
      requestBody:
        required: true
        content:
          application/merge-patch+json: { schema: { $ref: '#/components/schemas/ThingPatch' } }
      responses: { '200': { description: changed } }
  /things/{thingId}:run:
    parameters:
      - { name: thingId, in: path, required: true, schema: { $ref: '#/components/schemas/Id' } }
    post:
      operationId: runThing
      security: [{ bearer: [write] }]
      parameters:
        - { name: Idempotency-Key, in: header, schema: { type: string } }
      responses: { '202': { description: running } }
  /health: { servers: [{ url: / }], get: { operationId: getHealth, security: [], responses: { '200': { description: up } } } }
components:
  schemas:
    Id: { type: string, pattern: '^[a-z0-9_-]{1,64}$', x-fix: must be an id }
    Line: { type: string, pattern: '^(?=.*\\S)[^\\u0000-\\u001f]+$', x-fix: must be one line of text }
    NewThing:
      type: object
      additionalProperties: false
      required: [name]
      properties:
        name: { $ref: '#/components/schemas/Line', maxLength: 20 }
        kind: { type: string, enum: [BIG, SMALL], default: BIG }
        country: { type: string, const: US }
        mail: { type: string, format: email, x-fix: must be an e-mail address }
        tags: { type: array, minItems: 1, maxItems: 3, uniqueItems: true, items: { $ref: '#/components/schemas/Line', maxLength: 5 } }
        place: { type: object, additionalProperties: false, required: [city], properties: { city: { $ref: '#/components/schemas/Line' } } }
        free: { type: object }
    ThingPatch:
      type: object
      additionalProperties: false
      properties:
        name: { $ref: '#/components/schemas/Line', maxLength: 20 }
        mail: { type: [string, 'null'], format: email, x-fix: must be an e-mail address }
`;

/** A contract read from a text as from a file. */
export function contractOf(text: string): Contract {
  const directory = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    const file = join(directory, 'contract.yaml');
    writeFileSync(file, text);
    return loadContract(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export const things: Contract = contractOf(THINGS);

/** Real sealing under a key that is worth nothing. */
export function testVault(): AnswerVault {
  const parsed = parseKeyring(`test:${Buffer.alloc(32, 7).toString('base64')}`);
  if ('faults' in parsed) throw new Error(parsed.faults.join('; '));
  const { seal, open } = parsed.keyring;
  return { seal, open, fingerprint: (text) => Buffer.from(text) };
}

/** A logger whose lines can be looked at. */
export function loggerInto(lines: string[]): Logger {
  return pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
}
